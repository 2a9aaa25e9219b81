Profile: OpinionReport
Parent: DiagnosticReport
Id: opinion-report
Title: "Second-opinion report"
Description: "The opinion. The reviewing specialist or the programme makes it while the case is worked on, and issues it by making it final: that completes the case, and the server files it as a letter (PDF). It is advisory and does not put the patient under the reviewer's care."
* obeys opinion-report-content and opinion-report-attester and opinion-report-status
* extension contains DiagnosticReportComposition named composition 0..1
* extension contains ReportTranslated named translated 0..*
* extension contains ReportDocument named document 0..*
* basedOn 1..1
* basedOn only Reference(ServiceRequest)
* basedOn ^short = "The request that the report answers"
* subject 1..1
* subject only Reference(Patient)
* resultsInterpreter ^short = "Who answers for the report"
* conclusion ^short = "The reviewer's text, with an answer to every question asked"
* result ^short = "Agreement with the first opinion, each difference from it, travel advice"

Invariant: opinion-report-content
Description: "An issued report has a conclusion, a presentedForm or a Composition."
Severity: #error
Expression: "(status != 'final' and status != 'amended' and status != 'corrected' and status != 'appended') or conclusion.exists() or presentedForm.exists() or extension.where(url = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-DiagnosticReport.composition').exists()"

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
Description: "The report as a structured document, written by the reviewer and signed off by its attester. The server checks it when the report is issued, and makes it the first entry of the signed document."
* obeys report-composition-attester
* language 1..1
* language ^short = "The language of its texts"
* subject 1..1
* subject only Reference(Patient)
* event 1..1
* event.detail 1..1
* event.detail only Reference(ServiceRequest)
* event.detail ^short = "The request that the report answers"
* relatesTo ^short = "The version that it replaces or adds to; the original that it translates"
* section 1..*
* section ^slicing.discriminator.type = #pattern
* section ^slicing.discriminator.path = "code"
* section ^slicing.rules = #open
* section ^slicing.description = "By the code of the section"
* insert Section(summary)
* section[summary] 1..1
* insert Section(differences)
* insert Section(diagnosis)
* insert Section(staging)
* insert Section(reasoning)
* insert Section(answers)
* section[answers].section ^short = "One for each question"
* section[answers].section.extension contains AnsweredQuestion named question 1..1
* insert Section(plan)
* insert Section(alternatives)
* insert Section(uncertainties)
* insert Section(further-tests)
* insert Section(travel)
* insert Section(estimate)
* insert Section(evidence)
* insert Section(records)
* insert Section(changes)
* insert Section(disclaimer)

Invariant: report-composition-attester
Description: "A final or amended report has an attester."
Severity: #error
Expression: "(status != 'final' and status != 'amended') or attester.exists()"

Profile: ReportTranslatedComposition
Parent: ReportComposition
Id: report-translated-composition
Title: "Translation of a report in sections"
Description: "The same sections in the same order with the same entries, in the home doctor's language. The translator makes it; it points to the original that it translates."
* obeys report-translated-original

Invariant: report-translated-original
Description: "A translation names the one original that it translates: relatesTo with code transforms and targetReference."
Severity: #error
Expression: "relatesTo.where(code = 'transforms' and target.reference.exists()).count() = 1"

Profile: ReportBundle
Parent: Bundle
Id: report-bundle
Title: "Second-opinion report as a document"
Description: "The Composition of a report with all that it names, as one signed document. The server makes it when the report is issued, again for every amendment, and one for each translation."
* obeys report-bundle-uuid
* type = #document
* identifier 1..1
* identifier.system 1..1
* identifier.system = "urn:ietf:rfc:3986"
* identifier.value 1..1
* timestamp 1..1
* signature ^short = "By the key of the programme"
* entry 1..*
* entry ^slicing.discriminator.type = #type
* entry ^slicing.discriminator.path = "resource"
* entry ^slicing.rules = #open
* entry ^slicing.description = "By the type of resource"
* entry contains composition 1..1
* entry[composition].resource 1..1
* entry[composition].resource only ReportComposition

Invariant: report-bundle-uuid
Description: "A document is identified by a UUID."
Severity: #error
Expression: "identifier.value.matches('^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$')"

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
