Instance: packet-document-pathology
InstanceOf: PacketDocument
Usage: #example
* status = #current
* type = $loinc#60568-3 "Pathology Synoptic report"
* category.coding[kind] = $packet-kind#pathology-report "Pathology report"
* subject = Reference(Patient/patient-anh)
* date = "2026-10-31T17:30:00+07:00"
* author = Reference(Practitioner/doctor-minh)
* content.attachment.contentType = #application/pdf
* content.attachment.language = #vi
* content.attachment.url = "Binary/pathology"
* content.attachment.title = "Giải phẫu bệnh"

Instance: packet-document-medication
InstanceOf: PacketDocument
Usage: #example
* status = #current
* category.coding[kind] = $packet-kind#medication-list "Current medication list"
* subject = Reference(Patient/patient-anh)
* content.attachment.contentType = #text/plain
* content.attachment.data = "TWV0Zm9ybWluIDUwMCBtZw=="

Instance: packet-document-narrative
InstanceOf: PacketDocument
Usage: #example
* status = #current
* category.coding[kind] = $packet-kind#narrative "Patient narrative"
* subject = Reference(Patient/patient-lopez)
* content.attachment.contentType = #text/plain
* content.attachment.url = "Binary/narrative"

Instance: case-questions-colon-cancer
InstanceOf: CaseQuestions
Usage: #example
* questionnaire = "https://consilium.example/fhir/Questionnaire/narrative-and-questions"
* status = #completed
* subject = Reference(Patient/patient-anh)
* authored = "2026-11-22T08:30:00+07:00"
* author = Reference(Practitioner/doctor-minh)
* item[narrative].linkId = "narrative"
* item[narrative].answer.valueString = "Three months of tiredness; colonoscopy found a tumour of the sigmoid colon."
* item[questions].linkId = "questions"
* item[questions].answer[+].valueString = "Is the diagnosis confirmed?"
* item[questions].answer[+].valueString = "Should surgery come first?"
* item[inHospital].answer.valueBoolean = false
* item[intensiveCare].answer.valueBoolean = false
* item[recentTreatment].answer.valueDate = "2026-09-14"

Instance: case-questions-begun
InstanceOf: CaseQuestions
Usage: #example
* status = #in-progress
* subject = Reference(Patient/patient-lopez)
