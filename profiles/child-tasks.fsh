Profile: CaseChildTask
Parent: Task
Id: case-child-task
Title: "Task within a case"
Description: "A step of a case, as part of its coordination Task. Whoever needs the step done makes it, mostly the programme's coordinator; its owner moves it. Why it is needed stands in reasonReference, how it is to be done in input. Each kind of step has a profile of its own."
* ^abstract = true
* obeys task-reason and child-task-status
* partOf 1..*
* partOf only Reference(Task)
* partOf ^short = "The coordination Task of the case"
* code 1..1
* code from CaseTaskKinds (required)
* for only Reference(Patient)
* statusReason from DeclineReasons (extensible)

Invariant: child-task-status
Description: "Where a case stands is said by its coordination Task alone: code the business status of this Task in another system."
Severity: #error
Expression: "businessStatus.coding.where(system = 'https://consilium.example/fhir/CodeSystem/case-business-status').empty()"

RuleSet: Step(kind)
* obeys task-output
* code = $case-task-kind#{kind}

RuleSet: InputByType
* input ^slicing.discriminator.type = #pattern
* input ^slicing.discriminator.path = "type"
* input ^slicing.rules = #open
* input ^slicing.description = "By the type of input"

RuleSet: OutputByType
* output ^slicing.discriminator.type = #pattern
* output ^slicing.discriminator.path = "type"
* output ^slicing.rules = #open
* output ^slicing.description = "By the type of output"

Profile: ServiceConfirmationTask
Parent: CaseChildTask
Id: service-confirmation-task
Title: "Task: confirm the service"
Description: "A care advisor of the programme confirms which service fits. The programme makes it when a case has been received."
* insert Step(service-confirmation)
* insert OutputByType
* output contains service 0..1
* output[service].type = $case-output#service
* output[service].value[x] only CodeableConcept
* output[service].valueCodeableConcept from SecondOpinionServices (required)

Profile: CompletenessCheckTask
Parent: CaseChildTask
Id: completeness-check-task
Title: "Task: check the records"
Description: "A coordinator checks whether the packet is complete and readable. The programme makes it when the service is confirmed."
* insert Step(completeness-check)

Profile: InformationRequestTask
Parent: CaseChildTask
Id: information-request-task
Title: "Task: send what is missing"
Description: "The home side is asked for records or answers. The programme makes it when something is missing; the home side completes it with what it sent (sent-records) or says (answer), or rejects it with a reason. While it is open the case waits."
* insert Step(information-request)
* insert InputByType
* input contains wanted 1..*
* input[wanted].type = $case-input#wanted-record
* input[wanted] ^short = "What is missing"
* insert OutputByType
* output contains sent 0..*
* output[sent].type = $case-output#sent-records
* output[sent].value[x] only Reference

Profile: TranslationTask
Parent: CaseChildTask
Id: translation-task
Title: "Task: translate"
Description: "A translator is asked to translate a record of the packet or the report. The server or the programme makes it before review or before the report goes home; the translator completes it with the translation, which says what it transforms and has a Provenance of how it was made."
* insert Step(translation)
* focus 1..1
* focus ^short = "What is to be translated"
* insert InputByType
* input contains language 1..1
* input[language].type = $case-input#target-language
* input[language].value[x] only code
* input[language].valueCode from http://hl7.org/fhir/ValueSet/all-languages (required)
* insert OutputByType
* output contains translation 0..*
* output[translation].type = $case-output#translated-document
* output[translation].value[x] only Reference(DocumentReference or Composition)

Profile: TranslationProvenance
Parent: Provenance
Id: translation-provenance
Title: "How a translation was made"
Description: "Who translated a document and how. The programme makes it with the translation."
* obeys translation-performer
* target ^short = "The translation, and its Task where it is sent apart"
* agent.role ^short = "How the performer translated, a code of translation-method"

Invariant: translation-performer
Description: "It names who translated and how: an agent of type performer with a role coded in https://consilium.example/fhir/CodeSystem/translation-method."
Severity: #error
Expression: "agent.where(type.coding.where(system = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type' and code = 'performer').exists() and role.coding.where(system = 'https://consilium.example/fhir/CodeSystem/translation-method').exists()).exists()"

Profile: ReviewTask
Parent: CaseChildTask
Id: review-task
Title: "Task: review"
Description: "A specialist is asked for the opinion, or for a review of slides or images. The programme makes it when the records are complete; the reviewer completes it with the report."
* insert Step(review)
* performerType from Specialties (extensible)
* performerType ^short = "The specialty of the reviewer"

Profile: MdtTask
Parent: CaseChildTask
Id: mdt-task
Title: "Task: discuss in the team"
Description: "A multidisciplinary team (tumour board) is asked to discuss the case. The programme makes it when the service calls for a team; its meeting is an Appointment and an Encounter based on the request, and it is completed with what each member said."
* insert Step(mdt)
* focus ^short = "The team: a CareTeam of reviewers"
* output ^short = "A statement of each member, or (no-statement) an Annotation that says why there is none"

Profile: QuoteTask
Parent: CaseChildTask
Id: quote-task
Title: "Task: estimate the cost"
Description: "The programme is asked what treatment there would cost. The home side, a payer or the programme itself makes it; it is completed with the cost estimate."
* insert Step(quote)
* insert OutputByType
* output contains estimate 0..*
* output[estimate].type = $case-output#cost-estimate
* output[estimate].value[x] only Reference(Claim)

Profile: VideoConsultationTask
Parent: CaseChildTask
Id: video-consultation-task
Title: "Task: hold the video consultation"
Description: "Reviewer, patient and home doctor are to meet by video. The programme or the home side makes it when the consultation is ordered, mostly after the report. Its business status follows the Appointment; when that is fulfilled, the server completes it."
* insert Step(video-consultation)
* businessStatus from VisitBusinessStatuses (required)
* insert InputByType
* input contains slot 0..*
* input[slot].type = $case-input#slot
* input[slot].value[x] only Reference(Slot)
* input[slot] ^short = "A time that is offered, or that would suit"
* insert OutputByType
* output contains summary 0..* and appointment 0..*
* output[appointment].type = $case-output#appointment
* output[appointment].value[x] only Reference(Appointment)
* output[summary].type = $case-output#summary
* output[summary].value[x] only Reference(DocumentReference or DiagnosticReport or Composition)

Profile: FollowUpTask
Parent: CaseChildTask
Id: follow-up-task
Title: "Task: follow up"
Description: "The home side is asked how the patient has fared. The server makes it some time after the report, as the programme's rules say, or the programme does; the home side completes it with its answers."
* insert Step(follow-up)
* insert InputByType
* input contains questionnaire 0..1
* input[questionnaire].type = $case-input#questionnaire
* input[questionnaire].value[x] only canonical
* insert OutputByType
* output contains answers 0..*
* output[answers].type = $case-output#follow-up-answers
* output[answers].value[x] only Reference(QuestionnaireResponse)

Profile: MaterialsTask
Parent: CaseChildTask
Id: materials-task
Title: "Task: send slides or other materials"
Description: "Slides or other physical materials are under way. The programme or the home side makes it; it is completed by the programme with what arrived, or by the server when the delivery is completed or the specimen received. While it is open an accepted case waits."
* insert Step(materials)
* focus only Reference(Specimen or SupplyDelivery)
* focus ^short = "What is under way"
* insert InputByType
* input contains courierNumber 0..*
* input[courierNumber].type = $case-input#courier-number
* input[courierNumber].value[x] only string
* insert OutputByType
* output contains materials 0..*
* output[materials].type = $case-output#materials
* output[materials].value[x] only Reference(Specimen or SupplyDelivery) or string

Profile: OfferTask
Parent: CaseChildTask
Id: offer-task
Title: "Task: answer an offer"
Description: "The programme offers another service, price or date instead of what was asked for. The home side accepts it by completing the Task, or rejects it. When the report is to be there stands in restriction.period.end: once that is accepted the case is due then."
* insert Step(offer)
* insert InputByType
* input contains service 0..1 and price 0..1
* input[service].type = $case-input#service
* input[service].value[x] only CodeableConcept
* input[service].valueCodeableConcept from SecondOpinionServices (required)
* input[price].type = $case-input#price
* input[price].value[x] only Money
* insert OutputByType
* output contains accepted 0..1
* output[accepted].type = $case-output#accepted-offer
* output[accepted] ^short = "That the offer is accepted, in words or by the service"

Profile: AbortTask
Parent: CaseChildTask
Id: abort-task
Title: "Task: end the case"
Description: "The programme is asked to stop working on a case. It is made when the home side withdraws during work; when the programme accepts, the coordination Task fails."
* code = $task-code#abort
* focus 1..1
* focus only Reference(Task)
* focus ^short = "The coordination Task that is to end"
