Instance: opinion-report-final
InstanceOf: OpinionReport
Usage: #example
* extension[composition].valueReference = Reference(Composition/report-composition-colon-cancer)
* basedOn = Reference(ServiceRequest/case-request-colon-cancer)
* status = #final
* category = $v2-0074#OTH "Other"
* code = $loinc#11488-4 "Consult note"
* subject = Reference(Patient/patient-anh)
* effectiveDateTime = "2026-11-29T10:00:00+01:00"
* issued = "2026-11-29T10:00:00+01:00"
* performer = Reference(Organization/institute-south)
* resultsInterpreter = Reference(PractitionerRole/reviewer-oncology)
* result[+] = Reference(Observation/opinion-concordance-colon-cancer)
* result[+] = Reference(Observation/opinion-travel-advice-home)
* conclusion = "The diagnosis is confirmed. Surgery should come first."

Instance: opinion-report-preliminary
InstanceOf: OpinionReport
Usage: #example
* basedOn = Reference(ServiceRequest/case-request-kept-by-server)
* status = #preliminary
* code.text = "Second opinion"
* subject = Reference(Patient/patient-lopez)

RuleSet: Told(name, title, words)
* section[{name}].title = "{title}"
* section[{name}].code = $report-section#{name}
* section[{name}].text.status = #generated
* section[{name}].text.div = "<div xmlns=\"http://www.w3.org/1999/xhtml\">{words}</div>"

Instance: report-composition-colon-cancer
InstanceOf: ReportComposition
Usage: #example
* status = #final
* type = $loinc#11488-4 "Consult note"
* subject = Reference(Patient/patient-anh)
* date = "2026-11-29T10:00:00+01:00"
* author = Reference(PractitionerRole/reviewer-oncology)
* title = "Second opinion SO-26-7K3M-9QTX"
* attester.mode = #professional
* attester.time = "2026-11-29T10:00:00+01:00"
* attester.party = Reference(PractitionerRole/reviewer-oncology)
* insert Told(summary, [[Summary of findings]], [[Pathology and imaging were reviewed again.]])
* insert Told(diagnosis, Diagnosis, [[Adenocarcinoma of the sigmoid colon: confirmed.]])
* section[diagnosis].entry = Reference(Observation/opinion-concordance-colon-cancer)
* insert Told(staging, Staging, [[Stage III; the final stage follows from the specimen.]])
* insert Told(reasoning, Reasoning, [[The tumour is passable and resectable.]])
* insert Told(answers, Answers, [[1. Yes, confirmed. 2. Yes, surgery first.]])
* insert Told(plan, [[Recommended treatment plan]], [[Resection, then three months of CAPOX.]])
* section[plan].entry = Reference(CarePlan/recommended-plan-treatment)
* insert Told(alternatives, Alternatives, [[Chemotherapy before surgery: an option for larger tumours.]])
* insert Told(uncertainties, Uncertainties, [[The number of nodes is known after surgery.]])
* insert Told(further-tests, [[Further tests]], [[None before surgery.]])
* insert Told(evidence, Evidence, [[Pooled analysis of six trials.]])
* insert Told(travel, Travel, [[Travelling is not advised.]])

Instance: report-composition-preliminary
InstanceOf: ReportComposition
Usage: #example
* status = #preliminary
* type = $loinc#11488-4 "Consult note"
* subject = Reference(Patient/patient-lopez)
* date = "2026-11-28"
* author = Reference(Organization/institute-south)
* title = "Second opinion, preliminary"
* section[summary].code = $report-section#summary
* section[summary].text.status = #generated
* section[summary].text.div = "<div xmlns=\"http://www.w3.org/1999/xhtml\">Slides are being read.</div>"

Instance: report-document-colon-cancer
InstanceOf: ReportDocument
Usage: #example
* identifier.system = "urn:ietf:rfc:3986"
* identifier.value = "urn:uuid:5f0c5ad4-0a5c-4f0e-9f2f-0b6f7c1f0a01"
* type = #document
* timestamp = "2026-11-29T10:00:00+01:00"
* entry[composition].fullUrl = "https://gateway.example/fhir/Composition/report-composition-colon-cancer"
* entry[composition].resource = report-composition-colon-cancer
* entry[1].fullUrl = "https://gateway.example/fhir/Patient/patient-anh"
* entry[1].resource = patient-anh
* entry[2].fullUrl = "https://gateway.example/fhir/PractitionerRole/reviewer-oncology"
* entry[2].resource = reviewer-oncology
* entry[3].fullUrl = "https://gateway.example/fhir/Observation/opinion-concordance-colon-cancer"
* entry[3].resource = opinion-concordance-colon-cancer
* entry[4].fullUrl = "https://gateway.example/fhir/CarePlan/recommended-plan-treatment"
* entry[4].resource = recommended-plan-treatment

Instance: report-document-preliminary
InstanceOf: ReportDocument
Usage: #example
* identifier.system = "urn:ietf:rfc:3986"
* identifier.value = "urn:uuid:5f0c5ad4-0a5c-4f0e-9f2f-0b6f7c1f0a02"
* type = #document
* timestamp = "2026-11-28T10:00:00Z"
* entry[composition].fullUrl = "https://gateway.example/fhir/Composition/report-composition-preliminary"
* entry[composition].resource = report-composition-preliminary
* entry[1].fullUrl = "https://gateway.example/fhir/Patient/patient-lopez"
* entry[1].resource = patient-lopez
* entry[2].fullUrl = "https://gateway.example/fhir/Organization/institute-south"
* entry[2].resource = institute-south

RuleSet: Letter(language)
* status = #current
* docStatus = #final
* type = $loinc#11488-4 "Consult note"
* subject = Reference(Patient/patient-anh)
* date = "2026-11-29T09:00:05Z"
* author = Reference(PractitionerRole/reviewer-oncology)
* content.attachment.contentType = #application/pdf
* content.attachment.language = #{language}

Instance: report-file-english
InstanceOf: ReportFile
Usage: #example
* insert Letter(en)
* identifier[caseNumber].system = $case-number
* identifier[caseNumber].value = "SO-26-7K3M-9QTX"
* custodian = Reference(Organization/institute-south)
* description = "Second opinion SO-26-7K3M-9QTX"
* content.attachment.extension[sha256].valueBase64Binary = "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="
* content.attachment.url = "Binary/letter"
* content.attachment.size = 48213
* content.attachment.hash = "qUqP5cyxm6YcTAhz05Hph5gvu9M="
* content.attachment.title = "Second opinion SO-26-7K3M-9QTX"
* context.related[+] = Reference(DiagnosticReport/opinion-report-final)
* context.related[+] = Reference(ServiceRequest/case-request-colon-cancer)

Instance: report-file-amended
InstanceOf: ReportFile
Usage: #example
* insert Letter(pt)
* docStatus = #amended
* identifier[caseNumber].system = $case-number
* identifier[caseNumber].value = "SO-26-7K3M-9QTX"
* custodian = Reference(Organization/institute-south)
* relatesTo.code = #replaces
* relatesTo.target = Reference(DocumentReference/report-file-english)
* content.attachment.extension[sha256].valueBase64Binary = "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="
* content.attachment.url = "Binary/letter-amended"
* content.attachment.size = 48300
* content.attachment.hash = "qUqP5cyxm6YcTAhz05Hph5gvu9M="
* context.related[+] = Reference(DiagnosticReport/opinion-report-final)

Instance: report-translation-vietnamese
InstanceOf: ReportTranslation
Usage: #example
* insert Letter(vi)
* relatesTo.code = #transforms
* relatesTo.target = Reference(DocumentReference/report-file-english)
* content.attachment.url = "Binary/letter-vi"

Instance: report-translation-spanish
InstanceOf: ReportTranslation
Usage: #example
* insert Letter(es)
* identifier.system = "https://south.example/translations"
* identifier.value = "T-118"
* relatesTo.code = #transforms
* relatesTo.target = Reference(DocumentReference/report-file-english)
* content.attachment.extension[sha256].valueBase64Binary = "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="
* content.attachment.url = "Binary/letter-es"
* context.related = Reference(DiagnosticReport/opinion-report-final)
