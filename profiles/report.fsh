Profile: OpinionReport
Parent: DiagnosticReport
Id: opinion-report
Title: "Second-opinion report"
Description: "The opinion. The reviewing specialist or the programme makes it while the case is worked on, and issues it by making it final: that completes the case, and the server files it as a letter (PDF). It is advisory and does not put the patient under the reviewer's care."
* obeys opinion-report-content and opinion-report-attester and opinion-report-status
* extension contains DiagnosticReportComposition named composition 0..1
* basedOn 1..1
* basedOn only Reference(ServiceRequest)
* basedOn ^short = "The request that the report answers"
* subject 1..1
* subject only Reference(Patient)
* resultsInterpreter ^short = "Who answers for the report"
* conclusion ^short = "The reviewer's text, with an answer to every question asked"
* result ^short = "Agreement with the first opinion, travel advice"

Invariant: opinion-report-content
Description: "An issued report has a conclusion or a presentedForm."
Severity: #error
Expression: "(status != 'final' and status != 'amended' and status != 'corrected' and status != 'appended') or conclusion.exists() or presentedForm.exists()"

Invariant: opinion-report-attester
Description: "An issued report names who answers for it: performer or resultsInterpreter."
Severity: #error
Expression: "(status != 'final' and status != 'amended' and status != 'corrected' and status != 'appended') or performer.exists() or resultsInterpreter.exists()"

Invariant: opinion-report-status
Description: "A report on a case has a known status."
Severity: #error
Expression: "status != 'unknown'"

RuleSet: Section(name)
* section contains {name} 0..1
* section[{name}].code 1..1
* section[{name}].code = $report-section#{name}

Profile: ReportComposition
Parent: Composition
Id: report-composition
Title: "Second-opinion report in sections"
Description: "The report as a structured document, signed off by its attester. The programme makes it when the report is issued, as the first entry of the document Bundle."
* obeys report-composition-attester
* subject 1..1
* subject only Reference(Patient)
* section 1..*
* section ^slicing.discriminator.type = #pattern
* section ^slicing.discriminator.path = "code"
* section ^slicing.rules = #open
* section ^slicing.description = "By the code of the section"
* insert Section(summary)
* section[summary] 1..1
* insert Section(diagnosis)
* insert Section(staging)
* insert Section(reasoning)
* insert Section(answers)
* insert Section(plan)
* insert Section(alternatives)
* insert Section(uncertainties)
* insert Section(further-tests)
* insert Section(evidence)
* insert Section(travel)

Invariant: report-composition-attester
Description: "A final or amended report has an attester."
Severity: #error
Expression: "(status != 'final' and status != 'amended') or attester.exists()"

Profile: ReportDocument
Parent: Bundle
Id: report-document
Title: "Second-opinion report as a document"
Description: "The Composition of a report with all that it names, as one signed document. The programme makes it when the report is issued, and again for every amendment."
* type = #document
* identifier 1..1
* timestamp 1..1
* entry 1..*
* entry ^slicing.discriminator.type = #type
* entry ^slicing.discriminator.path = "resource"
* entry ^slicing.rules = #open
* entry ^slicing.description = "By the type of resource"
* entry contains composition 1..1
* entry[composition].resource 1..1
* entry[composition].resource only ReportComposition

RuleSet: ReportAttachment
* subject 1..1
* subject only Reference(Patient)
* content 1..1
* content.attachment.contentType 1..1
* content.attachment.language 1..1
* content.attachment.url 1..1
* content.attachment.extension contains Sha256 named sha256 0..1

Profile: ReportFile
Parent: DocumentReference
Id: report-file
Title: "Report as a file"
Description: "The letter (PDF) of an issued report in the reviewer's language. The server makes it when a report is issued or amended; nobody changes it."
* insert ReportAttachment
* identifier 1..*
* identifier ^slicing.discriminator.type = #value
* identifier ^slicing.discriminator.path = "system"
* identifier ^slicing.rules = #open
* identifier ^slicing.description = "By system"
* identifier contains caseNumber 1..1
* identifier[caseNumber].system 1..1
* identifier[caseNumber].system = $case-number
* identifier[caseNumber].value 1..1
* custodian 1..1
* custodian ^short = "The programme"
* content.attachment.contentType = #application/pdf
* content.attachment.extension[sha256] 1..1
* content.attachment.size 1..1
* content.attachment.hash 1..1
* context 1..1
* context.related 1..*
* context.related ^short = "The report and the request"

Profile: ReportTranslation
Parent: DocumentReference
Id: report-translation
Title: "Translation of a report"
Description: "A report in the home doctor's language. The translator makes it after the report is issued; it points to the original that it translates."
* obeys report-translation-number
* insert ReportAttachment
* relatesTo 1..1
* relatesTo.code = #transforms
* relatesTo.target ^short = "The original"

Invariant: report-translation-number
Description: "Only the letters that the server made bear a case number as identifier."
Severity: #error
Expression: "identifier.where(system = 'https://consilium.example/fhir/case-number').empty()"
