Instance: case-request-colon-cancer
InstanceOf: CaseRequest
Usage: #example
* identifier[placer].type = $v2-0203#PLAC "Placer Identifier"
* identifier[placer].system = "https://songxanh.example/orders"
* identifier[placer].value = "SX-261122-0042"
* status = #active
* intent = #order
* priority = #routine
* code.coding[service] = $service#comprehensive-opinion "Pathology, radiology and oncology review with a care plan"
* subject = Reference(Patient/patient-anh)
* authoredOn = "2026-11-22T09:00:00+07:00"
* requester = Reference(Practitioner/doctor-minh)
* performer = Reference(Organization/institute-south)
* performerType = $sct#394593009 "Medical oncology"
* reasonCode.text = "Adenocarcinoma of the sigmoid colon, cT3 cN1 cM0: treatment plan to be confirmed"
* reasonReference = Reference(Condition/colon-cancer)
* insurance = Reference(Coverage/case-coverage-insurer)
* supportingInfo[+] = Reference(QuestionnaireResponse/case-questions-colon-cancer)
* supportingInfo[+] = Reference(DocumentReference/packet-document-pathology)
* supportingInfo[+] = Reference(ImagingStudy/ct-abdomen)

Instance: case-request-kept-by-server
InstanceOf: CaseRequest
Usage: #example
* identifier[0].system = "https://home.example/ids"
* identifier[0].value = "2026-0017"
* identifier[1].type = $v2-0203#FILL "Filler Identifier"
* identifier[1].system = $case-number
* identifier[1].value = "SO-26-7K3M-9QTX"
* identifier[1].assigner = Reference(Organization/institute-south)
* status = #active
* intent = #order
* code.coding[service] = $service#multidisciplinary-opinion
* subject = Reference(Patient/patient-lopez)
* performer = Reference(Organization/institute-south)

Instance: case-request-overridden
InstanceOf: CaseRequest
Usage: #example
* extension[override].extension[rule].valueCode = #inpatient
* extension[override].extension[reason].valueString = "Discharge is planned for tomorrow; the board meets in three days."
* identifier[placer].type = $v2-0203#PLAC
* identifier[placer].value = "2026-0019"
* status = #active
* intent = #order
* code.coding[service] = $service#single-specialist-opinion
* subject = Reference(Patient/patient-lopez)
* performer = Reference(Organization/institute-south)

Instance: case-request-draft
InstanceOf: CaseRequest
Usage: #example
* status = #draft
* intent = #plan
* code.coding[service] = $service#single-specialist-opinion
* subject.display = "Patient who is being registered"

Instance: case-request-integrative
InstanceOf: CaseRequest
Usage: #example
* identifier[placer].type = $v2-0203#PLAC
* identifier[placer].value = "2026-0018"
* basedOn = Reference(ServiceRequest/case-request-colon-cancer)
* status = #active
* intent = #order
* code.coding[service] = $service#integrative-medicine-consultation "Integrative-medicine consultation"
* subject = Reference(Patient/patient-anh)

Instance: case-task-submitted
InstanceOf: CaseTask
Usage: #example
* basedOn = Reference(ServiceRequest/case-request-colon-cancer)
* groupIdentifier.system = $case-number
* groupIdentifier.value = "SO-26-7K3M-9QTX"
* status = #requested
* businessStatus.coding[case] = $business-status#submitted
* intent = #order
* priority = #routine
* code = $task-code#fulfill "Fulfill the focal request"
* focus = Reference(ServiceRequest/case-request-colon-cancer)
* for = Reference(Patient/patient-anh)
* authoredOn = "2026-11-22T02:00:00Z"
* lastModified = "2026-11-22T02:00:00Z"
* requester = Reference(Organization/hospital-north)
* owner = Reference(Organization/institute-south)

Instance: case-task-completed
InstanceOf: CaseTask
Usage: #example
* basedOn = Reference(ServiceRequest/case-request-colon-cancer)
* groupIdentifier.system = $case-number
* groupIdentifier.value = "SO-26-7K3M-9QTX"
* status = #completed
* businessStatus.coding[case] = $business-status#report-issued
* intent = #order
* code = $task-code#fulfill "Fulfill the focal request"
* focus = Reference(ServiceRequest/case-request-colon-cancer)
* for = Reference(Patient/patient-anh)
* authoredOn = "2026-11-22T02:00:00Z"
* lastModified = "2026-11-29T08:30:00Z"
* requester = Reference(Organization/hospital-north)
* owner = Reference(Organization/institute-south)
* output[0].type = $case-output#report "Second-opinion report"
* output[0].valueReference = Reference(DiagnosticReport/opinion-report-final)
* output[1].type = $case-output#recommended-plan "Recommended plan"
* output[1].valueReference = Reference(CarePlan/recommended-plan-treatment)

Instance: case-task-declined
InstanceOf: CaseTask
Usage: #example
* basedOn = Reference(ServiceRequest/case-request-colon-cancer)
* groupIdentifier.system = $case-number
* groupIdentifier.value = "SO-26-7K3M-9QTX"
* status = #rejected
* statusReason = $decline-reason#in-person-advised "An appointment in person is advised instead"
* businessStatus.coding[case] = $business-status#declined
* intent = #order
* code = $task-code#fulfill
* focus = Reference(ServiceRequest/case-request-colon-cancer)
* for = Reference(Patient/patient-anh)
* authoredOn = "2026-11-22T02:00:00Z"
* lastModified = "2026-11-23T02:00:00Z"
* requester = Reference(Organization/hospital-north)
* owner = Reference(Organization/institute-south)
