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

Extension: ReportTranslated
Id: report-translated
Title: "Translated Composition"
Description: "A translation of the Composition of a report: the same sections in another language. The server sets it when the translation is handed over."
Context: DiagnosticReport
* value[x] 1..1
* value[x] only Reference(Composition)

Extension: ReportDocument
Id: report-document
Title: "Signed document of a report"
Description: "The report as a signed document Bundle, one for each language. The server sets it after the report is issued, on the report and on the file of its letter; nobody else does."
Context: DiagnosticReport, Attachment
* value[x] 1..1
* value[x] only Reference(Bundle)

Extension: AnsweredQuestion
Id: answered-question
Title: "Question that is answered"
Description: "The question to which a part of the answers is the answer, as it was asked. The reviewer sets it; a translation keeps it as it is."
Context: Composition.section
* value[x] 1..1
* value[x] only string

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

Extension: ReviewerCapacity
Id: reviewer-capacity
Title: "How many reviews at once"
Description: "How many reviews a reviewer takes at most at the same time. The programme sets it; without it there is no limit."
Context: PractitionerRole
* value[x] 1..1
* value[x] only positiveInt

Extension: ReviewerConflict
Id: reviewer-conflict
Title: "Declared conflict of interest"
Description: "An institution or a person of whom the reviewer is not independent: no case in which they gave the first opinion is reviewed by this reviewer. The programme sets it as the reviewer declares it."
Context: PractitionerRole, Practitioner
* value[x] 1..1
* value[x] only Reference(Organization or Practitioner or PractitionerRole)

Extension: ReviewerAffiliation
Id: reviewer-affiliation
Title: "Further institution"
Description: "An institution for which the reviewer works beside the programme. The programme sets it; a second opinion does not come from the institution of the first doctor."
Context: PractitionerRole, Practitioner
* value[x] 1..1
* value[x] only Reference(Organization)

Extension: Override
Id: override
Title: "Override of a rule"
Description: "A rule of the programme that is set aside for this case, and why. The placer's clinician gives it on the request for what would be refused when it is sent, the programme on a Task or its report for what would be refused there. Nobody overrides an emergency."
Context: ServiceRequest, Task, DiagnosticReport
* extension contains rule 1..1 and reason 1..1
* extension[rule] ^short = "The key of the rule: inpatient, intensive-care, recent-treatment, packet-incomplete …"
* extension[rule].value[x] 1..1
* extension[rule].value[x] only code
* extension[reason] ^short = "Why, in ten characters at least"
* extension[reason].value[x] 1..1
* extension[reason].value[x] only string
