Profile: PacketDocument
Parent: DocumentReference
Id: packet-document
Title: "Document of the packet"
Description: "A document that the opinion rests on: imaging, pathology and laboratory reports, operative reports, medication, prior treatment, the first opinion, or the patient's narrative and questions as a document. The home side makes it before it sends the request, or later in answer to a request for information, and names it in ServiceRequest.supportingInfo."
* obeys packet-document-kind and packet-document-content
* category.coding ^slicing.discriminator.type = #value
* category.coding ^slicing.discriminator.path = "system"
* category.coding ^slicing.rules = #open
* category.coding ^slicing.description = "By code system"
* category.coding contains kind 0..1
* category.coding[kind] from PacketDocumentKinds (required)
* category.coding[kind].system 1..1
* category.coding[kind].system = $packet-kind
* category.coding[kind].code 1..1
* category ^short = "What the document is to the opinion"
* subject 1..1
* subject only Reference(Patient)
* date ^short = "When the document was made: the packet is read in this order"
* content.attachment.language ^short = "The language that the document is in"

Invariant: packet-document-kind
Description: "A document of the packet says of which kind it is: a category coded in https://consilium.example/fhir/CodeSystem/packet-document-kind."
Severity: #warning
Expression: "category.coding.where(system = 'https://consilium.example/fhir/CodeSystem/packet-document-kind').exists()"

Invariant: packet-document-content
Description: "A document of the packet comes with its content: attachment.url or attachment.data."
Severity: #warning
Expression: "content.where(attachment.url.empty() and attachment.data.empty()).empty()"

Profile: CaseQuestions
Parent: QuestionnaireResponse
Id: case-questions
Title: "Narrative and questions"
Description: "What has happened so far, in the words of the patient or of the home doctor, and what the second opinion is to answer. The home side makes it before it sends the request, and names it in ServiceRequest.supportingInfo. The report answers every question."
* obeys case-questions-asked
* subject 1..1
* subject only Reference(Patient)
* item ^slicing.discriminator.type = #value
* item ^slicing.discriminator.path = "linkId"
* item ^slicing.rules = #open
* item ^slicing.description = "By the question of the form"
* item contains narrative 0..1 and questions 0..1 and inHospital 0..1 and intensiveCare 0..1 and recentTreatment 0..1
* item[narrative].linkId = "narrative"
* item[narrative].answer 0..1
* item[narrative].answer.value[x] only string
* item[questions].linkId = "questions"
* item[questions].answer.value[x] only string
* item[questions].answer ^short = "One answer for each question"
* item[inHospital].linkId = "in-hospital"
* item[inHospital].answer 0..1
* item[inHospital].answer.value[x] only boolean
* item[intensiveCare].linkId = "intensive-care"
* item[intensiveCare].answer 0..1
* item[intensiveCare].answer.value[x] only boolean
* item[recentTreatment].linkId = "recent-treatment"
* item[recentTreatment].answer 0..1
* item[recentTreatment].answer.value[x] only date
* item[recentTreatment].answer ^short = "The day of the last surgery, chemotherapy, radiotherapy or other treatment"

Invariant: case-questions-asked
Description: "A completed form asks at least one question: an item questions with an answer."
Severity: #error
Expression: "(status != 'completed' and status != 'amended') or item.where(linkId = 'questions').answer.exists()"

Instance: narrative-and-questions
InstanceOf: Questionnaire
Usage: #definition
Title: "Narrative and questions"
Description: "The form with which a patient's story and questions come with a request."
* url = "https://consilium.example/fhir/Questionnaire/narrative-and-questions"
* version = "0.1.0"
* name = "NarrativeAndQuestions"
* title = "Narrative and questions"
* status = #active
* experimental = false
* publisher = "Consilium"
* description = "The form with which a patient's story and questions come with a request. The patient or the home doctor fills it in before the request is sent."
* subjectType = #Patient
* item[+].linkId = "narrative"
* item[=].text = "What has happened so far (one or two paragraphs)"
* item[=].type = #text
* item[=].required = false
* item[=].repeats = false
* item[+].linkId = "questions"
* item[=].text = "What the second opinion is to answer"
* item[=].type = #string
* item[=].required = true
* item[=].repeats = true
* item[+].linkId = "in-hospital"
* item[=].text = "Is the patient in hospital now?"
* item[=].type = #boolean
* item[=].required = false
* item[=].repeats = false
* item[+].linkId = "intensive-care"
* item[=].text = "Is the patient in intensive care now?"
* item[=].type = #boolean
* item[=].required = false
* item[=].repeats = false
* item[+].linkId = "recent-treatment"
* item[=].text = "When was the last surgery, chemotherapy, radiotherapy or other treatment?"
* item[=].type = #date
* item[=].required = false
* item[=].repeats = false
