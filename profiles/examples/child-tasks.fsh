RuleSet: AskedOnCase
* status = #requested
* intent = #order
* partOf = Reference(Task/case-task-submitted)
* for = Reference(Patient/patient-anh)
* authoredOn = "2026-11-23T02:00:00Z"
* requester = Reference(Organization/institute-south)
* owner = Reference(Organization/institute-south)

RuleSet: DoneOnCase
* status = #completed
* intent = #order
* partOf = Reference(Task/case-task-submitted)
* for = Reference(Patient/patient-anh)
* authoredOn = "2026-11-23T02:00:00Z"
* lastModified = "2026-11-24T02:00:00Z"
* requester = Reference(Organization/institute-south)
* owner = Reference(Organization/institute-south)

Instance: service-confirmation-task-asked
InstanceOf: ServiceConfirmationTask
Usage: #example
* insert AskedOnCase

Instance: service-confirmation-task-done
InstanceOf: ServiceConfirmationTask
Usage: #example
* insert DoneOnCase
* output[service].type = $case-output#service
* output[service].valueCodeableConcept = $service#comprehensive-opinion

Instance: service-confirmation-task-rejected
InstanceOf: ServiceConfirmationTask
Usage: #example
* insert AskedOnCase
* status = #rejected
* statusReason = $decline-reason#out-of-scope "Outside the services or specialties of the programme"

Instance: completeness-check-task-asked
InstanceOf: CompletenessCheckTask
Usage: #example
* insert AskedOnCase

Instance: completeness-check-task-done
InstanceOf: CompletenessCheckTask
Usage: #example
* insert DoneOnCase
* output[+].type = $case-output#checked-records "Checked records"
* output[=].valueString = "Complete; the pathology report is to be translated."

Instance: information-request-task-asked
InstanceOf: InformationRequestTask
Usage: #example
* insert AskedOnCase
* owner = Reference(Organization/hospital-north)
* input[wanted].type = $case-input#wanted-record
* input[wanted].valueCodeableConcept = $packet-kind#operative-report "Operative report"

Instance: information-request-task-done
InstanceOf: InformationRequestTask
Usage: #example
* insert DoneOnCase
* owner = Reference(Organization/hospital-north)
* input[wanted].type = $case-input#wanted-record
* input[wanted].valueString = "Which medicines does she take today?"
* output[sent].type = $case-output#sent-records
* output[sent].valueReference = Reference(DocumentReference/packet-document-medication)

Instance: translation-task-asked
InstanceOf: TranslationTask
Usage: #example
* insert AskedOnCase
* focus = Reference(DocumentReference/packet-document-pathology)
* input[language].type = $case-input#target-language
* input[language].valueCode = #en

Instance: translation-task-done
InstanceOf: TranslationTask
Usage: #example
* insert DoneOnCase
* focus = Reference(DocumentReference/report-file-english)
* input[language].type = $case-input#target-language
* input[language].valueCode = #vi
* output[translation].type = $case-output#translated-document
* output[translation].valueReference = Reference(DocumentReference/report-translation-vietnamese)

Instance: translation-provenance-human
InstanceOf: TranslationProvenance
Usage: #example
* target = Reference(DocumentReference/report-translation-vietnamese)
* recorded = "2026-11-24T02:00:00Z"
* agent.type = $provenance-participant#performer
* agent.role = $translation-method#human "Human"
* agent.who = Reference(Organization/institute-south)

Instance: translation-provenance-machine
InstanceOf: TranslationProvenance
Usage: #example
* target = Reference(DocumentReference/report-translation-spanish)
* recorded = "2026-11-24T02:00:00Z"
* agent[+].type = $provenance-participant#performer
* agent[=].role = $translation-method#machine-then-human "Machine, then human"
* agent[=].who.display = "Translation software"
* agent[+].type = $provenance-participant#verifier
* agent[=].who = Reference(Organization/institute-south)

Instance: review-task-asked
InstanceOf: ReviewTask
Usage: #example
* insert AskedOnCase
* performerType = $sct#394593009 "Medical oncology"
* owner = Reference(PractitionerRole/reviewer-oncology)

Instance: review-task-done
InstanceOf: ReviewTask
Usage: #example
* insert DoneOnCase
* output[+].type = $case-output#report
* output[=].valueReference = Reference(DiagnosticReport/opinion-report-final)

Instance: mdt-task-asked
InstanceOf: MdtTask
Usage: #example
* insert AskedOnCase
* owner = Reference(CareTeam/tumour-board)

Instance: mdt-task-done
InstanceOf: MdtTask
Usage: #example
* insert DoneOnCase
* output[+].type = $case-output#summary "Written summary"
* output[=].valueString = "The board agrees: surgery first."

Instance: quote-task-asked
InstanceOf: QuoteTask
Usage: #example
* insert AskedOnCase
* requester = Reference(Organization/insurer-west)

Instance: quote-task-done
InstanceOf: QuoteTask
Usage: #example
* insert DoneOnCase
* output[estimate].type = $case-output#cost-estimate
* output[estimate].valueReference = Reference(Claim/cost-estimate-workup)

Instance: video-consultation-task-scheduled
InstanceOf: VideoConsultationTask
Usage: #example
* insert AskedOnCase
* status = #accepted
* businessStatus = $visit-status#visit-scheduled "Scheduled"

Instance: video-consultation-task-done
InstanceOf: VideoConsultationTask
Usage: #example
* insert DoneOnCase
* businessStatus = $visit-status#visit-complete "Held"
* output[summary].type = $case-output#summary
* output[summary].valueReference = Reference(DocumentReference/packet-document-narrative)

Instance: follow-up-task-asked
InstanceOf: FollowUpTask
Usage: #example
* insert AskedOnCase
* restriction.period.start = "2027-05-22"
* input[questionnaire].type = $case-input#questionnaire
* input[questionnaire].valueCanonical = "https://consilium.example/fhir/Questionnaire/follow-up"
* owner = Reference(Organization/hospital-north)

Instance: follow-up-task-done
InstanceOf: FollowUpTask
Usage: #example
* insert DoneOnCase
* owner = Reference(Organization/hospital-north)
* output[answers].type = $case-output#follow-up-answers
* output[answers].valueReference = Reference(QuestionnaireResponse/follow-up-answers-given)

Instance: abort-task-asked
InstanceOf: AbortTask
Usage: #example
* insert AskedOnCase
* focus = Reference(Task/case-task-submitted)
* requester = Reference(Organization/hospital-north)

Instance: abort-task-accepted
InstanceOf: AbortTask
Usage: #example
* insert AskedOnCase
* status = #completed
* focus = Reference(Task/case-task-submitted)
* requester = Reference(Organization/hospital-north)

RuleSet: OfferedToTheHospital
* status = #requested
* intent = #order
* partOf = Reference(Task/case-task-submitted)
* for = Reference(Patient/patient-anh)
* authoredOn = "2026-11-23T02:00:00Z"
* requester = Reference(Organization/institute-south)
* owner = Reference(Organization/hospital-north)

Instance: offer-task-service
InstanceOf: OfferTask
Usage: #example
* insert OfferedToTheHospital
* description = "The slides are better read again before a team discusses the case."
* input[service].type = $case-input#service
* input[service].valueCodeableConcept = $service#pathology-review "Review of pathology slides"
* input[price].type = $case-input#price
* input[price].valueMoney.value = 600
* input[price].valueMoney.currency = #USD

Instance: offer-task-date
InstanceOf: OfferTask
Usage: #example
* insert OfferedToTheHospital
* description = "The team meets again in January."
* restriction.period.end = "2027-01-20"

Instance: offer-task-accepted
InstanceOf: OfferTask
Usage: #example
* insert OfferedToTheHospital
* status = #completed
* input[price].type = $case-input#price
* input[price].valueMoney.value = 600
* input[price].valueMoney.currency = #USD
* output[accepted].type = $case-output#accepted-offer
* output[accepted].valueString = "The patient agrees."

Instance: materials-task-asked
InstanceOf: MaterialsTask
Usage: #example
* insert AskedOnCase
* requester = Reference(Organization/hospital-north)
* focus = Reference(SupplyDelivery/slides-colon-cancer)
* input[courierNumber].type = $case-input#courier-number
* input[courierNumber].valueString = "4711-0815"

Instance: materials-task-done
InstanceOf: MaterialsTask
Usage: #example
* insert DoneOnCase
* output[materials].type = $case-output#materials
* output[materials].valueString = "Twelve slides and one block."
