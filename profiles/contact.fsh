Profile: CaseMessage
Parent: Communication
Id: case-message
Title: "Message on a case"
Description: "What one party of a case writes to another, with attachments. Either side makes it at any time."
* basedOn 1..*
* basedOn only Reference(ServiceRequest)
* basedOn ^short = "The request"
* partOf only Reference(Task)
* partOf ^short = "The coordination Task, or the step that the message is about"
* subject only Reference(Patient)
* payload 1..*

Profile: CaseAppointment
Parent: Appointment
Id: case-appointment
Title: "Appointment of a video consultation"
Description: "When reviewer, patient and home doctor meet, and where on the net. The programme makes it when a date is agreed."
* extension contains AppointmentVirtualService named virtualService 0..*
* basedOn 1..*
* basedOn ^short = "The request"
