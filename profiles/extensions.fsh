Extension: Sha256
Id: sha-256
Title: "SHA-256"
Description: "The SHA-256 of the bytes of an Attachment, whose own hash is SHA-1 by definition and proves little. Whoever files the bytes makes it; the server does for the letters of reports."
Context: Attachment
* value[x] 1..1
* value[x] only base64Binary

Extension: DiagnosticReportComposition
Id: extension-DiagnosticReport.composition
Title: "DiagnosticReport.composition of R5"
Description: "The Composition of a report: an element of R5 in R4, as published by HL7 for use in earlier versions; defined here as far as the guide needs it. The programme sets it when the report comes in sections."
Context: DiagnosticReport
* ^url = "http://hl7.org/fhir/5.0/StructureDefinition/extension-DiagnosticReport.composition"
* value[x] 1..1
* value[x] only Reference(Composition)

Extension: AppointmentVirtualService
Id: extension-Appointment.virtualService
Title: "Appointment.virtualService of R5"
Description: "Where on the net an appointment takes place: an element of R5 in R4, as published by HL7 for use in earlier versions; defined here as far as the guide needs it. The programme sets it when the room is booked."
Context: Appointment
* ^url = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService"
* extension contains _datatype 1..1 and channelType 0..1 and address 0..1 and additionalInfo 0..* and maxParticipants 0..1 and sessionKey 0..1
* extension[_datatype].value[x] only string
* extension[_datatype].valueString = "VirtualServiceDetail"
* extension[channelType].value[x] only Coding
* extension[additionalInfo].value[x] only url
* extension[maxParticipants].value[x] only positiveInt
* extension[sessionKey].value[x] only string
