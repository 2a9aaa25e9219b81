Instance: opinion-report-final
InstanceOf: OpinionReport
Usage: #example
* extension[composition].valueReference = Reference(Composition/report-composition-colon-cancer)
* extension[translated].valueReference = Reference(Composition/report-composition-vietnamese)
* extension[document].valueReference = Reference(Bundle/report-bundle-colon-cancer)
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
* result[+] = Reference(Observation/opinion-difference-treatment)
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
* section[{name}].text.status = #additional
* section[{name}].text.div = "<div xmlns=\"http://www.w3.org/1999/xhtml\">{words}</div>"

RuleSet: Answered(number, question, title, words)
* section[answers].section[{number}].extension[0].url = "https://consilium.example/fhir/StructureDefinition/answered-question"
* section[answers].section[{number}].extension[0].valueString = "{question}"
* section[answers].section[{number}].title = "{title}"
* section[answers].section[{number}].text.status = #additional
* section[answers].section[{number}].text.div = "<div xmlns=\"http://www.w3.org/1999/xhtml\">{words}</div>"

RuleSet: ColonCancer(language)
* language = #{language}
* status = #final
* type = $loinc#11488-4 "Consult note"
* subject = Reference(Patient/patient-anh)
* author = Reference(PractitionerRole/reviewer-oncology)
* event.detail = Reference(ServiceRequest/case-request-colon-cancer)

RuleSet: ColonCancerEntries
* section[differences].entry = Reference(Observation/opinion-difference-treatment)
* section[diagnosis].entry = Reference(Observation/opinion-concordance-colon-cancer)
* section[plan].entry = Reference(CarePlan/recommended-plan-treatment)
* section[travel].entry = Reference(Observation/opinion-travel-advice-home)

Instance: report-composition-colon-cancer
InstanceOf: ReportComposition
Usage: #example
* insert ColonCancer(en)
* insert ColonCancerEntries
* date = "2026-11-29T10:00:00+01:00"
* title = "Second opinion SO-26-7K3M-9QTX"
* attester.mode = #professional
* attester.time = "2026-11-29T10:00:00+01:00"
* attester.party = Reference(PractitionerRole/reviewer-oncology)
* insert Told(summary, [[Summary of findings]], [[Pathology and imaging were reviewed again.]])
* insert Told(differences, [[What differs from the first opinion]], [[Surgery comes first instead of chemotherapy.]])
* insert Told(diagnosis, Diagnosis, [[Adenocarcinoma of the sigmoid colon: confirmed.]])
* insert Told(staging, Staging, [[Stage III; the final stage follows from the specimen.]])
* insert Told(reasoning, Reasoning, [[The tumour is passable and resectable.]])
* insert Told(answers, Answers, [[The questions of the patient and of the home doctor.]])
* insert Answered(0, [[Is it cancer?]], [[1. Is it cancer?]], [[Yes: an adenocarcinoma.]])
* insert Answered(1, [[Is surgery the next step?]], [[2. Is surgery the next step?]], [[Yes. Surgery first.]])
* insert Told(plan, [[Recommended treatment plan]], [[Resection, then three months of CAPOX.]])
* insert Told(alternatives, Alternatives, [[Chemotherapy before surgery: an option for larger tumours.]])
* insert Told(uncertainties, Uncertainties, [[The number of nodes is known after surgery.]])
* insert Told(further-tests, [[Further tests]], [[None before surgery.]])
* insert Told(travel, [[Travel recommendation]], [[Travelling is not advised.]])
* insert Told(estimate, [[Cost estimate]], [[None: every part of the plan is available at home.]])
* insert Told(evidence, [[References to evidence]], [[Pooled analysis of six trials.]])
* insert Told(records, [[Records that were read]], [[Slides and CT of November 2026.]])
* insert Told(changes, [[What has changed]], [[This is the first version.]])
* insert Told(disclaimer, Disclaimer, [[This opinion is advisory. It is no treatment and no emergency service.]])

Instance: report-composition-preliminary
InstanceOf: ReportComposition
Usage: #example
* language = #es
* status = #preliminary
* type = $loinc#11488-4 "Consult note"
* subject = Reference(Patient/patient-lopez)
* date = "2026-11-28"
* author = Reference(Organization/institute-south)
* event.detail = Reference(ServiceRequest/case-request-kept-by-server)
* title = "Segunda opinión, preliminar"
* section[summary].code = $report-section#summary
* section[summary].text.status = #empty
* section[summary].text.div = "<div xmlns=\"http://www.w3.org/1999/xhtml\">Por escribir.</div>"

Instance: report-composition-vietnamese
InstanceOf: ReportTranslatedComposition
Usage: #example
* insert ColonCancer(vi)
* insert ColonCancerEntries
* date = "2026-11-30T09:00:00+07:00"
* title = "Ý kiến thứ hai SO-26-7K3M-9QTX"
* attester.mode = #professional
* attester.time = "2026-11-29T10:00:00+01:00"
* attester.party = Reference(PractitionerRole/reviewer-oncology)
* relatesTo.code = #transforms
* relatesTo.targetReference = Reference(Composition/report-composition-colon-cancer)
* insert Told(summary, [[Tóm tắt kết quả]], [[Mô bệnh học và hình ảnh đã được xem lại.]])
* insert Told(differences, [[Điểm khác với ý kiến thứ nhất]], [[Phẫu thuật trước thay vì hóa trị.]])
* insert Told(diagnosis, [[Chẩn đoán]], [[Ung thư biểu mô tuyến đại tràng sigma: được xác nhận.]])
* insert Told(staging, [[Giai đoạn]], [[Giai đoạn III; giai đoạn cuối cùng dựa vào bệnh phẩm.]])
* insert Told(reasoning, [[Lập luận]], [[Khối u còn đi qua được và cắt bỏ được.]])
* insert Told(answers, [[Trả lời câu hỏi]], [[Câu hỏi của người bệnh và của bác sĩ điều trị.]])
* insert Answered(0, [[Is it cancer?]], [[1. Có phải ung thư không?]], [[Có: ung thư biểu mô tuyến.]])
* insert Answered(1, [[Is surgery the next step?]], [[2. Bước tiếp theo có phải là phẫu thuật không?]], [[Có. Phẫu thuật trước.]])
* insert Told(plan, [[Kế hoạch điều trị đề nghị]], [[Cắt bỏ, sau đó CAPOX ba tháng.]])
* insert Told(alternatives, [[Phương án khác]], [[Hóa trị trước phẫu thuật: một lựa chọn cho khối u lớn hơn.]])
* insert Told(uncertainties, [[Điều chưa chắc chắn]], [[Số hạch chỉ biết được sau phẫu thuật.]])
* insert Told(further-tests, [[Xét nghiệm thêm]], [[Không cần trước phẫu thuật.]])
* insert Told(travel, [[Khuyến nghị về đi lại]], [[Không khuyên đi lại.]])
* insert Told(estimate, [[Ước tính chi phí]], [[Không có: mọi phần của kế hoạch đều thực hiện được tại nhà.]])
* insert Told(evidence, [[Tài liệu tham khảo]], [[Phân tích gộp sáu thử nghiệm.]])
* insert Told(records, [[Hồ sơ đã xem]], [[Tiêu bản và CT tháng 11 năm 2026.]])
* insert Told(changes, [[Điểm thay đổi]], [[Đây là bản đầu tiên.]])
* insert Told(disclaimer, [[Tuyên bố]], [[Ý kiến này chỉ để tham khảo. Đây không phải là điều trị và không phải dịch vụ cấp cứu.]])

Instance: report-composition-preliminary-english
InstanceOf: ReportTranslatedComposition
Usage: #example
* language = #en
* status = #preliminary
* type = $loinc#11488-4 "Consult note"
* subject = Reference(Patient/patient-lopez)
* date = "2026-11-29"
* author = Reference(Organization/institute-south)
* event.detail = Reference(ServiceRequest/case-request-kept-by-server)
* title = "Second opinion, preliminary"
* relatesTo.code = #transforms
* relatesTo.targetReference = Reference(Composition/report-composition-preliminary)
* section[summary].code = $report-section#summary
* section[summary].text.status = #empty
* section[summary].text.div = "<div xmlns=\"http://www.w3.org/1999/xhtml\">To be translated.</div>"

Instance: report-bundle-colon-cancer
InstanceOf: ReportBundle
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
* entry[3].fullUrl = "https://gateway.example/fhir/ServiceRequest/case-request-colon-cancer"
* entry[3].resource = case-request-colon-cancer
* entry[4].fullUrl = "https://gateway.example/fhir/Observation/opinion-concordance-colon-cancer"
* entry[4].resource = opinion-concordance-colon-cancer
* entry[5].fullUrl = "https://gateway.example/fhir/Observation/opinion-difference-treatment"
* entry[5].resource = opinion-difference-treatment
* entry[6].fullUrl = "https://gateway.example/fhir/CarePlan/recommended-plan-treatment"
* entry[6].resource = recommended-plan-treatment
* entry[7].fullUrl = "https://gateway.example/fhir/Observation/opinion-travel-advice-home"
* entry[7].resource = opinion-travel-advice-home

Instance: report-bundle-preliminary
InstanceOf: ReportBundle
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
* entry[3].fullUrl = "https://gateway.example/fhir/ServiceRequest/case-request-kept-by-server"
* entry[3].resource = case-request-kept-by-server

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
