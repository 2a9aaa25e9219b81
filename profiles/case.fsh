Profile: CaseRequest
Parent: ServiceRequest
Id: case-request
Title: "Second-opinion request"
Description: "The order for a second opinion. The home side (placer) makes it, sends it by making it active, and alone changes it afterwards; when it is sent, the server opens the case and adds the case number. Progress is not told here but in the coordination Task."
* extension contains Override named override 0..*
* obeys case-request-placer-number and case-request-patient and case-request-order and case-request-emergency and case-request-add-on
* identifier ^slicing.discriminator.type = #pattern
* identifier ^slicing.discriminator.path = "type"
* identifier ^slicing.rules = #open
* identifier ^slicing.description = "By the type of identifier"
* identifier contains placer 0..1 and filler 0..*
* identifier[placer] ^short = "The placer's own number for the order"
* identifier[placer].type 1..1
* identifier[placer].type = $v2-0203#PLAC
* identifier[placer].value 1..1
* identifier[filler] ^short = "The case number, which the server adds and keeps"
* identifier[filler].type 1..1
* identifier[filler].type = $v2-0203#FILL
* code 1..1
* code ^short = "The service that is asked for"
* code.coding ^slicing.discriminator.type = #value
* code.coding ^slicing.discriminator.path = "system"
* code.coding ^slicing.rules = #open
* code.coding ^slicing.description = "By code system"
* code.coding contains service 1..1
* code.coding[service] from SecondOpinionServices (required)
* code.coding[service].system 1..1
* code.coding[service].system = $service
* code.coding[service].code 1..1
* subject only Reference(Patient)
* subject ^short = "The patient"
* performer 0..1
* performer only Reference(Organization)
* performer ^short = "The programme; may be left out where the server knows one programme only"
* performerType from Specialties (extensible)
* performerType ^short = "The specialty that is asked for"
* supportingInfo ^short = "The packet: records that the opinion rests on"
* reasonReference ^short = "The Condition in question"
* insurance ^short = "Who covers the opinion"

Invariant: case-request-placer-number
Description: "A sent request carries the placer's own number exactly once: an identifier with a value and the type PLAC. A sole identifier without a type is taken as it."
Severity: #error
Expression: "status != 'active' or identifier.where(type.coding.where(system = 'http://terminology.hl7.org/CodeSystem/v2-0203' and code = 'PLAC').exists() and value.exists()).count() = 1 or (identifier.where(type.coding.where(system = 'http://terminology.hl7.org/CodeSystem/v2-0203' and code = 'FILL').empty()).count() = 1 and identifier.where(type.empty() and value.exists()).count() = 1)"

Invariant: case-request-patient
Description: "A sent request names its patient: subject.reference as Patient/[id]."
Severity: #error
Expression: "status != 'active' or subject.reference.exists()"

Invariant: case-request-order
Description: "A sent request has intent order."
Severity: #error
Expression: "status != 'active' or intent = 'order'"

Invariant: case-request-emergency
Description: "A second opinion is not an emergency service: a sent request does not have priority stat. An emergency needs local emergency care now."
Severity: #error
Expression: "status != 'active' or priority.empty() or priority != 'stat'"

Invariant: case-request-add-on
Description: "An integrative-medicine consultation comes in addition to an oncology opinion: name the request for that in basedOn."
Severity: #warning
Expression: "code.coding.where(system = 'https://consilium.example/fhir/CodeSystem/second-opinion-service' and code = 'integrative-medicine-consultation').empty() or basedOn.exists()"

Profile: CaseTask
Parent: Task
Id: case-task
Title: "Coordination Task of a case"
Description: "Where a case stands. The server makes it when a request is sent, and completes or cancels it when the report is issued or the request withdrawn; in between the programme moves it. The home side follows it. A case has one; all other Tasks of the case are parts of it."
* extension contains Override named override 0..*
* obeys task-reason and task-output and case-task-phase
* basedOn 1..1
* basedOn only Reference(ServiceRequest)
* basedOn ^short = "The request"
* groupIdentifier 1..1
* groupIdentifier ^short = "The case number"
* groupIdentifier.system 1..1
* groupIdentifier.system = $case-number
* groupIdentifier.value 1..1
* statusReason from DeclineReasons (extensible)
* businessStatus.coding ^slicing.discriminator.type = #value
* businessStatus.coding ^slicing.discriminator.path = "system"
* businessStatus.coding ^slicing.rules = #open
* businessStatus.coding ^slicing.description = "By code system"
* businessStatus.coding contains case 0..1
* businessStatus.coding[case] from CaseBusinessStatuses (required)
* businessStatus.coding[case].system 1..1
* businessStatus.coding[case].system = $business-status
* businessStatus.coding[case].code 1..1
* intent = #order
* code 1..1
* code = $task-code#fulfill
* focus 1..1
* focus only Reference(ServiceRequest)
* focus ^short = "The request"
* for 1..1
* for only Reference(Patient)
* authoredOn 1..1
* lastModified 1..1
* requester 1..1
* requester ^short = "The home side"
* owner 1..1
* owner only Reference(Organization)
* owner ^short = "The programme"
* output ^slicing.discriminator.type = #pattern
* output ^slicing.discriminator.path = "type"
* output ^slicing.rules = #open
* output ^slicing.description = "By the type of output"
* output contains report 0..* and service 0..1
* output[report].type = $case-output#report
* output[report].value[x] only Reference(DiagnosticReport)
* output[report] ^short = "The issued report, which the server adds"
* output[service].type = $case-output#service
* output[service].value[x] only CodeableConcept
* output[service].valueCodeableConcept from SecondOpinionServices (required)
* output[service] ^short = "The service in force, which the server adds once it is confirmed or agreed on"

Invariant: task-reason
Description: "A Task that is rejected or failed says why in statusReason."
Severity: #error
Expression: "(status != 'rejected' and status != 'failed') or statusReason.exists()"

Invariant: task-output
Description: "A completed Task names what came out of it in output."
Severity: #error
Expression: "status != 'completed' or output.exists()"

Invariant: case-task-phase
Description: "The business status of the case fits Task.status: requested with submitted; received with service-confirmation, completeness-check, awaiting-information, awaiting-coverage or awaiting-payment; accepted with accepted; rejected with declined; in-progress with translating, assigned, under-review, mdt-scheduled, mdt-complete, preliminary-outcome, report-translation or cancellation-requested; on-hold with awaiting-information, awaiting-materials or cancellation-requested; completed with report-issued, report-amended or report-withdrawn; cancelled and failed with cancelled; draft with none."
Severity: #error
Expression: "status = 'entered-in-error' or (status = 'draft' and businessStatus.coding.where(system = 'https://consilium.example/fhir/CodeSystem/case-business-status').empty()) or businessStatus.coding.where(system = 'https://consilium.example/fhir/CodeSystem/case-business-status').where((%resource.status = 'requested' and code = 'submitted') or (%resource.status = 'received' and (code = 'service-confirmation' or code = 'completeness-check' or code = 'awaiting-information' or code = 'awaiting-coverage' or code = 'awaiting-payment')) or (%resource.status = 'accepted' and code = 'accepted') or (%resource.status = 'rejected' and code = 'declined') or (%resource.status = 'in-progress' and (code = 'translating' or code = 'assigned' or code = 'under-review' or code = 'mdt-scheduled' or code = 'mdt-complete' or code = 'preliminary-outcome' or code = 'report-translation' or code = 'cancellation-requested')) or (%resource.status = 'on-hold' and (code = 'awaiting-information' or code = 'awaiting-materials' or code = 'cancellation-requested')) or (%resource.status = 'completed' and (code = 'report-issued' or code = 'report-amended' or code = 'report-withdrawn')) or ((%resource.status = 'cancelled' or %resource.status = 'failed') and code = 'cancelled')).count() = 1"
