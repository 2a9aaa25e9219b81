RuleSet: WholeSystem
* ^caseSensitive = true
* ^content = #complete
* ^experimental = false

CodeSystem: SecondOpinionService
Id: second-opinion-service
Title: "Services of a second-opinion programme"
Description: "What a second-opinion request asks for (ServiceRequest.code). The placer chooses one; the programme's care advisor confirms that it fits."
* insert WholeSystem
* ^valueSet = "https://consilium.example/fhir/ValueSet/second-opinion-service"
* #single-specialist-opinion "Written opinion of a single specialist" "One specialist reads the packet and writes the report."
* #multidisciplinary-opinion "Written opinion of a multidisciplinary team" "A tumour board or another team discusses the case; one report gives its opinion."
* #comprehensive-opinion "Pathology, radiology and oncology review with a care plan" "Slides and images are read again, and the report comes with a recommended plan."
* #pathology-review "Review of pathology slides" "Physical or scanned slides are read again."
* #radiology-review "Review of imaging" "Images are read again."
* #video-consultation "Video consultation" "30 to 45 minutes with the reviewer, on its own or after the written report."
* #integrative-medicine-consultation "Integrative-medicine consultation" "Only in addition to an oncology opinion."

ValueSet: SecondOpinionServices
Id: second-opinion-service
Title: "Services of a second-opinion programme"
Description: "All services that can be asked for."
* ^experimental = false
* include codes from system SecondOpinionService

CodeSystem: CaseBusinessStatus
Id: case-business-status
Title: "Where a case stands"
Description: "The business status of the coordination Task of a case. The server and the programme set it; no other Task bears it."
* insert WholeSystem
* ^valueSet = "https://consilium.example/fhir/ValueSet/case-business-status"
* #submitted "Submitted" "The request has been sent and nobody has looked at it yet."
* #service-confirmation "Service being confirmed" "A care advisor checks whether the service that was asked for fits the case."
* #completeness-check "Records being checked" "A coordinator checks whether the packet is complete and readable."
* #awaiting-information "Waiting for records or answers" "The home side has been asked for something that is missing."
* #awaiting-coverage "Waiting for cover" "An insurer or another payer has been asked whether it covers the opinion."
* #awaiting-payment "Waiting for payment" "The patient or another payer has been asked to pay."
* #accepted "Accepted" "The programme has taken the case on."
* #declined "Declined" "The programme does not take the case on; the status reason says why."
* #translating "Records being translated" "Records are translated for the reviewer."
* #assigned "Assigned to a reviewer" "A reviewer has the case."
* #awaiting-materials "Waiting for materials" "Slides or other physical materials are under way."
* #under-review "Under review" "The reviewer reads the records and writes the opinion."
* #mdt-scheduled "Team meeting scheduled" "A date for the multidisciplinary team is set."
* #mdt-complete "Team meeting held" "The multidisciplinary team has discussed the case."
* #preliminary-outcome "Preliminary outcome" "A preliminary report can be read."
* #report-translation "Report being translated" "The report is translated for the home side."
* #report-issued "Report issued" "The final report can be read: the case is answered."
* #report-amended "Report amended" "The final report was changed after it was issued."
* #report-withdrawn "Report withdrawn" "The report was said to be in error, and none has taken its place."
* #cancellation-requested "Withdrawal asked for" "The placer has withdrawn the request while work was under way."
* #cancelled "Cancelled" "The case ended without a report."

ValueSet: CaseBusinessStatuses
Id: case-business-status
Title: "Where a case stands"
Description: "All business statuses of a case."
* ^experimental = false
* include codes from system CaseBusinessStatus

CodeSystem: VisitBusinessStatus
Id: visit-business-status
Title: "Where a video consultation stands"
Description: "The business status of the Task of a video consultation, set by the programme."
* insert WholeSystem
* ^valueSet = "https://consilium.example/fhir/ValueSet/visit-business-status"
* #visit-scheduled "Scheduled" "A date is set."
* #no-show "Not attended" "The patient or the home doctor did not come."
* #visit-cancelled "Cancelled" "The appointment was called off."
* #visit-complete "Held" "The consultation has taken place; a written summary follows."

ValueSet: VisitBusinessStatuses
Id: visit-business-status
Title: "Where a video consultation stands"
Description: "All business statuses of a video consultation."
* ^experimental = false
* include codes from system VisitBusinessStatus

CodeSystem: DeclineReason
Id: decline-reason
Title: "Why a case is declined, given up or withdrawn"
Description: "Status reasons of Tasks that are rejected, failed or cancelled, given by whoever ends them."
* insert WholeSystem
* ^valueSet = "https://consilium.example/fhir/ValueSet/decline-reason"
* #emergency "Emergency or time-critical: needs local emergency care"
* #inpatient "The patient is in hospital or in intensive care"
* #recent-treatment "Surgery or treatment within the past four weeks"
* #in-person-advised "An appointment in person is advised instead"
* #out-of-scope "Outside the services or specialties of the programme"
* #insufficient-records "The records do not allow an opinion"
* #coverage-refused "Not covered and not paid"
* #no-capacity "No reviewer available in time"
* #duplicate "The same request is already being worked on"
* #not-offered "The programme offers something else instead"
* #answered "The case has its report"
* #case-closed "The case has been closed"
* #superseded "What it was about has been replaced"
* #withdrawn "Withdrawn by the placer"

ValueSet: DeclineReasons
Id: decline-reason
Title: "Why a case is declined, given up or withdrawn"
Description: "All reasons of this guide. Others can be given as text or in further codings."
* ^experimental = false
* include codes from system DeclineReason

CodeSystem: CaseOutput
Id: case-output
Title: "What comes out of a case"
Description: "Types of Task.output. The server adds the report; the programme adds what else it hands over."
* insert WholeSystem
* #report "Second-opinion report" "The issued DiagnosticReport."
* #report-file "Report as a file" "The report as a document, in the reviewer's language or translated."
* #concordance "Agreement with the first opinion" "Observation that compares the opinion with the first one."
* #travel-advice "Travel advice" "Observation that says whether to travel for treatment."
* #recommended-plan "Recommended plan" "CarePlan that the reviewer proposes."
* #cost-estimate "Cost estimate" "Claim that itemises what treatment at the programme would cost."
* #checked-records "Checked records" "What the completeness check found."
* #answer "Answer" "What was asked for, in words."
* #sent-records "Records sent" "What was sent in answer to a request for information."
* #follow-up-answers "Answers to a follow-up" "The QuestionnaireResponse that says how the patient has fared."
* #translated-document "Translated document" "The translation that was asked for."
* #service "Confirmed service" "The service that fits the case."
* #appointment "Appointment" "The appointment that was made."
* #invoice "Invoice"
* #no-statement "Why a member of the team made no statement" "An Annotation: its author is the member, its text the reason."
* #statement "Statement of a member of the team"
* #materials "Materials that arrived"
* #accepted-offer "Offer that was accepted"
* #summary "Written summary" "What was said, in writing."

CodeSystem: CaseInput
Id: case-input
Title: "What a Task of a case is given"
Description: "Types of Task.input, set by whoever creates the Task."
* insert WholeSystem
* #wanted-record "Record or answer wanted" "What is missing, in words or as a kind of document."
* #target-language "Language to translate into" "A language tag of BCP 47."
* #questionnaire "Form to be filled in"
* #period "Time that is asked about"
* #courier-number "Number of the courier's consignment"
* #service "Service that is offered"
* #price "Price that is offered"
* #slot "Slot that is offered"
* #record "Record to be worked on" "A record that the owner of the Task needs."

CodeSystem: CaseTaskKind
Id: case-task-kind
Title: "Steps of a case"
Description: "Codes of the Tasks that are parts of a case's coordination Task."
* insert WholeSystem
* #service-confirmation "Confirm the service" "A care advisor confirms which service fits."
* #completeness-check "Check the records" "A coordinator checks whether the packet is complete."
* #information-request "Send what is missing" "The home side is asked for records or answers."
* #translation "Translate" "A translator is asked to translate a record or the report."
* #review "Review" "A specialist is asked for the opinion, or for a review of slides or images."
* #materials "Send materials" "Slides or other physical materials are under way."
* #mdt "Discuss in the team" "A multidisciplinary team is asked to discuss the case."
* #quote "Estimate the cost" "The programme is asked what treatment there would cost."
* #offer "Answer an offer" "The programme offers something else than what was asked for."
* #video-consultation "Hold the video consultation" "Reviewer, patient and home doctor are to meet by video."
* #follow-up "Follow up" "The home side is asked how the patient has fared."

ValueSet: CaseTaskKinds
Id: case-task-kind
Title: "Steps of a case"
Description: "All codes of Tasks that are parts of a case, with FHIR's own for ending it."
* ^experimental = false
* include codes from system CaseTaskKind
* $task-code#abort "Mark the focal resource as no longer active"

CodeSystem: TranslationMethod
Id: translation-method
Title: "How something was translated"
Description: "The role of who translated (Provenance.agent.role), said by the programme."
* insert WholeSystem
* #human "Human" "A person translated it."
* #machine "Machine" "A machine translated it and no person has read it over."
* #machine-then-human "Machine, then human" "A person has checked and mended what a machine translated."

CodeSystem: FollowUpAnswer
Id: follow-up-answer
Title: "Answers to a follow-up"
Description: "Coded answers to the questions of a follow-up, said by the home side some time after the report."
* insert WholeSystem
* #yes "Yes"
* #partly "In part"
* #no "No"
* #not-yet "Not yet"

CodeSystem: CaseCommand
Id: case-command
Title: "Commands to a case"
Description: "What a party of a case can say by name (operation case-command). Each is a short way to say a plain write of the coordination Task, of one of its steps or of the request."
* insert WholeSystem
* ^valueSet = "https://consilium.example/fhir/ValueSet/case-command"
* #receive "Receive" "Take the case up; an advisor confirms the service."
* #start-check "Start the check" "Begin to check the records."
* #request-payment "Request payment" "Ask for payment, and wait for it: price, where it is not fixed."
* #await-coverage "Await cover" "Ask whether a payer covers it, and wait for the answer."
* #accept "Accept" "Take the case on."
* #waive-payment "Waive payment" "Take the case on without payment; text says why."
* #decline "Decline" "Decline the case; reason says why."
* #start-translation "Start translation" "Have the records translated."
* #assign "Assign a reviewer" "Ask a reviewer for the opinion: owner."
* #reassign "Reassign a review" "Give a review to another reviewer: owner."
* #start-review "Start the review" "Begin the review."
* #complete-review "Complete a review" "Say that a review is done: focus names its report."
* #convene-team "Convene a team" "Ask a team to discuss the case: focus names the CareTeam."
* #schedule-meeting "Schedule the meeting" "Say that the meeting of the team has a date."
* #close-meeting "Close the meeting" "Say that the team has met."
* #report-preliminary "Report preliminarily" "Say that a preliminary report can be read."
* #translate-report "Translate the report" "Have the report translated."
* #give-up "Give up" "Give the case up; reason says why."
* #accept-abort "Accept the withdrawal" "End the case, as the home side has asked."
* #confirm-service "Confirm the service" "Confirm the service, or another one that fits: service."
* #request-information "Request information" "Ask the home side for records or answers: text."
* #request-translation "Request a translation" "Have a record translated: focus, into language."
* #complete-translation "Complete a translation" "Hand a translation over: focus. Its provenance says who made it and how."
* #receive-materials "Receive materials" "Say that materials have arrived: focus, or text."
* #offer "Offer something else" "Offer something else: another service, a price, or a date (until)."
* #give-quote "Give a quote" "Answer with an estimate of the cost: focus."
* #send-information "Send information" "Answer a request for information: focus names records, text says it."
* #refuse-information "Refuse information" "Say that what was asked for cannot be had, and why: text."
* #accept-offer "Accept an offer" "Accept what is offered."
* #reject-offer "Reject an offer" "Reject what is offered; text says why."
* #answer-follow-up "Answer a follow-up" "Tell how the patient has fared: focus names the answers."
* #add-record "Add records" "Add records to the packet: focus."
* #correct "Correct a record" "Put a record of the packet in the place of another: focus, instead of replaces."
* #withdraw "Withdraw" "Withdraw the request."
* #abort "Abort" "Ask that work on the case ends."
* #retract "Retract" "Say that the request was sent in error."
* #acknowledge "Acknowledge the report" "Say that the report is here: focus, where there are several."
* #close "Close" "Close the request after the report."
* #expect-materials "Expect materials" "Say that slides or other materials are to come: focus or number of the consignment, where there is one."
* #ask-quote "Ask for a quote" "Ask what it would cost."
* #order-video "Order a video consultation" "Ask for a video consultation; focus names slots that would suit."
* #cancel-step "Cancel a step" "Cancel a step that is open: task."

ValueSet: CaseCommands
Id: case-command
Title: "Commands to a case"
Description: "All commands to a case."
* ^experimental = false
* include codes from system CaseCommand

CodeSystem: PacketDocumentKind
Id: packet-document-kind
Title: "Kinds of documents in a packet"
Description: "What a document is to the opinion, said by the placer in DocumentReference.category: the completeness check goes by it."
* insert WholeSystem
* ^valueSet = "https://consilium.example/fhir/ValueSet/packet-document-kind"
* #imaging "Images" "DICOM files."
* #imaging-report "Imaging report" "The radiologist's report on CT, MRI, PET, ultrasound or x-ray."
* #pathology-slides "Whole-slide images" "Scanned slides as files."
* #pathology-report "Pathology report" "The report on slides or specimens."
* #laboratory "Laboratory results"
* #operative-report "Operative report"
* #medication-list "Current medication list"
* #allergies "Allergies"
* #prior-treatment "Summary of prior treatment" "With past surgery."
* #first-opinion "First opinion and treatment plan" "What the treating doctor thinks and proposes."
* #narrative "Patient narrative" "The story in one or two paragraphs."
* #questions "Questions to be answered"

ValueSet: PacketDocumentKinds
Id: packet-document-kind
Title: "Kinds of documents in a packet"
Description: "All kinds of documents in a packet."
* ^experimental = false
* include codes from system PacketDocumentKind

CodeSystem: OpinionObservation
Id: opinion-observation
Title: "What an opinion says in codes"
Description: "Codes of the Observations that a reviewer makes beside the report."
* insert WholeSystem
* #concordance "Agreement with the first opinion"
* #concordance-diagnosis "Agreement on the diagnosis"
* #concordance-stage "Agreement on the stage"
* #concordance-treatment "Agreement on the treatment"
* #travel-advice "Travel advice"
* #difference "Difference from the first opinion" "One diagnosis, stage or treatment of the first opinion beside that of the second."
* #difference-aspect "What is compared"
* #first-opinion "First opinion"
* #second-opinion "Second opinion"

CodeSystem: Concordance
Id: concordance
Title: "Agreement with the first opinion"
Description: "How the second opinion stands to the first, said by the reviewer of each diagnosis, stage and treatment that is compared, and of all of one kind together."
* insert WholeSystem
* ^valueSet = "https://consilium.example/fhir/ValueSet/concordance"
* #confirmed "Confirmed" "The reviewer agrees with the first opinion."
* #revised "Revised" "The reviewer comes to another conclusion."
* #added "Added" "Only the second opinion has it."
* #removed "Removed" "Only the first opinion has it; the reviewer would leave it out."
* #undetermined "Undetermined" "The records do not allow a conclusion."

ValueSet: Concordances
Id: concordance
Title: "Agreement with the first opinion"
Description: "How one diagnosis, stage or treatment of the second opinion stands to the first: confirmed, revised, added, removed or undetermined."
* ^experimental = false
* include codes from system Concordance

ValueSet: AspectConcordances
Id: aspect-concordance
Title: "Agreement with the first opinion in one respect"
Description: "How all of one kind stand to the first opinion: confirmed, revised (where one is added or removed, too) or undetermined."
* ^experimental = false
* $concordance#confirmed "Confirmed"
* $concordance#revised "Revised"
* $concordance#undetermined "Undetermined"

CodeSystem: DifferenceAspect
Id: difference-aspect
Title: "What is compared with the first opinion"
Description: "In which respect two opinions are compared, said by the reviewer."
* insert WholeSystem
* ^valueSet = "https://consilium.example/fhir/ValueSet/difference-aspect"
* #diagnosis "Diagnosis"
* #stage "Stage"
* #treatment "Treatment"

ValueSet: DifferenceAspects
Id: difference-aspect
Title: "What is compared with the first opinion"
Description: "Diagnosis, stage or treatment."
* ^experimental = false
* include codes from system DifferenceAspect

CodeSystem: DraftMark
Id: draft-mark
Title: "What a draft of a report brings with it"
Description: "Says of a part of a drafted report that nobody has judged it yet. A report that holds one cannot become final."
* insert WholeSystem
* #from-first-plan "From the first plan"

CodeSystem: TravelAdvice
Id: travel-advice
Title: "Travel advice"
Description: "Whether the reviewer advises the patient to travel for treatment."
* insert WholeSystem
* ^valueSet = "https://consilium.example/fhir/ValueSet/travel-advice"
* #travel "Travel" "Travelling for treatment is advised."
* #do-not-travel "Do not travel" "Treatment at home is advised."
* #undetermined "Undetermined" "The records do not allow advice, or both ways are as good."

ValueSet: TravelAdvices
Id: travel-advice
Title: "Travel advice"
Description: "Travel, do not travel, or undetermined."
* ^experimental = false
* include codes from system TravelAdvice

CodeSystem: ReportSection
Id: report-section
Title: "Sections of a report"
Description: "Codes of the sections of a second-opinion report."
* insert WholeSystem
* #summary "Summary of findings"
* #differences "What differs from the first opinion"
* #diagnosis "Diagnosis"
* #staging "Staging"
* #reasoning "Reasoning"
* #answers "Answers to the questions asked"
* #plan "Recommended treatment plan"
* #alternatives "Alternatives, with risks and benefits"
* #uncertainties "Uncertainties"
* #further-tests "Further tests"
* #travel "Travel recommendation"
* #estimate "Cost estimate"
* #evidence "References to evidence"
* #records "Records that were read"
* #changes "What has changed" "In a report that was changed after its issue: what, and why."
* #disclaimer "Disclaimer" "What the report is not: treatment, guarantee, emergency care."

CodeSystem: PayerKind
Id: payer-kind
Title: "Kinds of payers"
Description: "Who pays for an opinion (Coverage.type), said by whoever records the cover."
* insert WholeSystem
* ^valueSet = "https://consilium.example/fhir/ValueSet/payer-kind"
* #insurer "Insurer"
* #employer-benefit "Employer benefit plan"
* #foundation "Foundation or patient fund"
* #patient "The patient"

ValueSet: PayerKinds
Id: payer-kind
Title: "Kinds of payers"
Description: "All kinds of payers."
* ^experimental = false
* include codes from system PayerKind

CodeSystem: ConsentPurpose
Id: consent-purpose
Title: "What a patient consents to"
Description: "Categories of the Consents of a case."
* insert WholeSystem
* ^valueSet = "https://consilium.example/fhir/ValueSet/consent-purpose"
* #cross-border-opinion "Records go to the programme abroad for a second opinion"
* #insurer-clinical-content "The payer may see clinical content of the case"

ValueSet: ConsentPurposes
Id: consent-purpose
Title: "What a patient consents to"
Description: "All purposes of Consents of a case."
* ^experimental = false
* include codes from system ConsentPurpose

CodeSystem: ReviewerUnfit
Id: reviewer-unfit
Title: "What stands against a reviewer"
Description: "Why a reviewer does not review a case. The server judges it; the programme overrides it with a reason."
* insert WholeSystem
* #not-active "Is not active"
* #period "Does not work for the programme at this time"
* #no-credentials "Has no credentials"
* #specialty "Has another specialty"
* #language "Does not speak the language of the report"
* #capacity "Has as many open reviews as it takes"
* #conflict-institution "Works for the institution of the first doctor or of the placer"
* #conflict-person "Is the first doctor, wrote a record of the packet, or gave the opinion before this"
* #conflict-declared "Has declared a conflict"

CodeSystem: CaseEvent
Id: case-event
Title: "What can happen to a case"
Description: "Types of the events of a case, as its timeline tells them."
* insert WholeSystem
* #case-submitted "Case submitted"
* #case-moved "Case moved"
* #case-accepted "Case accepted"
* #case-declined "Case declined"
* #case-failed "Case failed"
* #case-cancelled "Case cancelled"
* #case-entered-in-error "Case entered in error"
* #cancellation-requested "Cancellation requested"
* #request-amended "Request amended"
* #request-completed "Request completed"
* #task-updated "Task updated"
* #rule-overridden "Rule overridden"
* #service-confirmed "Service confirmed"
* #service-changed "Service changed"
* #specialty-routed "Specialty routed"
* #step-requested "Step requested"
* #step-moved "Step moved"
* #step-completed "Step completed"
* #step-cancelled "Step cancelled"
* #information-requested "Information requested"
* #information-reminded "Information reminded"
* #information-received "Information received"
* #information-expired "Information expired"
* #payment-requested "Payment requested"
* #payment-received "Payment received"
* #payment-refused "Payment refused"
* #payment-expired "Payment expired"
* #translation-requested "Translation requested"
* #translation-completed "Translation completed"
* #materials-expected "Materials expected"
* #materials-received "Materials received"
* #materials-lost "Materials lost"
* #review-assigned "Review assigned"
* #review-reassigned "Review reassigned"
* #review-completed "Review completed"
* #meeting-scheduled "Meeting scheduled"
* #meeting-held "Meeting held"
* #visit-scheduled "Visit scheduled"
* #visit-missed "Visit missed"
* #visit-cancelled "Visit cancelled"
* #visit-held "Visit held"
* #alternative-offered "Alternative offered"
* #alternative-accepted "Alternative accepted"
* #alternative-rejected "Alternative rejected"
* #message-sent "Message sent"
* #record-added "Record added"
* #record-corrected "Record corrected"
* #clock-stopped "Clock stopped"
* #clock-started "Clock started"
* #first-contact-overdue "First contact overdue"
* #due-soon "Due soon"
* #overdue "Overdue"
* #follow-up-asked "Follow up asked"
* #follow-up-answered "Follow up answered"
* #report-progressed "Report progressed"
* #report-issued "Report issued"
* #report-amended "Report amended"
* #report-translated "Report translated"
* #report-acknowledged "Report acknowledged"
* #report-withdrawn "Report withdrawn"

CodeSystem: MessageKind
Id: message-kind
Title: "Messages that mean something to a case"
Description: "Categories of the messages (Communication.category) by which a case goes on; others are for people alone."
* insert WholeSystem
* #report-acknowledged "Report acknowledged" "The home side has the report that the message is about, as it stands."

CodeSystem: CaseHolder
Id: case-holder
Title: "Who has a case in hands"
Description: "Who has to act next; by this the time of a case is counted."
* insert WholeSystem
* #home "Home side" "The placer is asked for something."
* #payer "Payer" "Payment or cover is awaited."
* #programme "Programme"
* #courier "Courier" "Materials are under way."

CodeSystem: IssueKey
Id: issue-key
Title: "Keys of issues"
Description: "Which rule an issue of an OperationOutcome is about (issue.details.coding), for programs. The server gives them. Listed are the rules of the case; beside these there is one for each rule of FHIR, of this guide's profiles (the key of the constraint) and of the interactions."
* ^caseSensitive = true
* ^content = #fragment
* ^experimental = false
* #business-status "The business status does not fit Task.status"
* #business-status-reserved "Where a case stands is said by its coordination Task alone"
* #case-number-taken "The case number is given by the server"
* #emergency "A second opinion is not an emergency service"
* #illegal-move "The case does not stand so that this can be done"
* #intent "A sent request has intent order"
* #not-your-move "This is for the other party of the case"
* #one-case "A report is made on one case"
* #step-fixed "A step of a case stays the step that it is"
* #step-part-of "A step is a part of the case's coordination Task"
* #step-not-offered "The programme has no such step"
* #step-owner "A step names who has to act"
* #still-awaited "The case waits for what is still open"
* #one-task "A request has one coordination Task"
* #performer "A sent request has the programme as its only performer"
* #placer-identifier "A sent request carries the placer's own number once"
* #same-number "Another open case bears the number of its placer, too"
* #kept-elements "What ties the Task to its case stays as it was"
* #placer-identifier-fixed "The placer's own number of a sent request is not changed"
* #report-attester "An issued report names who answers for it"
* #report-content "An issued report has a conclusion, a presentedForm or a Composition"
* #report-difference "The differences from the first opinion do not contradict themselves"
* #report-missing "The case has no final report"
* #report-sections "A report comes in sections, with those that it cannot do without"
* #report-unwritten "Nothing of an issued report is still to be written"
* #report-composition "The Composition of a report is there, of its case, and done"
* #report-question "Each question asked is answered"
* #report-answer "Each answer is to one question asked"
* #report-disclaimer "A report says what it is not"
* #report-plan "A comprehensive opinion comes with its plan"
* #report-changes "A report that changes says what has changed"
* #report-patient "What a report consists of is of its patient, and says so"
* #report-kept "Who only adds to a report keeps what it said"
* #composition-replaced "What an issued report says stands in another Composition"
* #report-fixed "What an issued report says changes with the report alone"
* #report-veiled "Everybody who reads a report sees what stands there"
* #report-acknowledged "A report is acknowledged once, by the home side"
* #reviewer-credentials "The credentials of who attests a report are known"
* #translation-drift "A translation says the same as its original, number by number"
* #report-status "A report on a case has a known status"
* #report-language "A report is in the language in which its programme reports"
* #report-subject "A report names the patient of its case"
* #service-confirmed "A confirmed service is changed by the programme"
* #service-not-offered "The programme does not offer this service"
* #service-required "A sent request keeps asking for a service"
* #status-reason "A Task that is rejected or failed says why"
* #subject "A sent request names its patient"
* #subject-fixed "The patient of a sent request is not changed"
* #unknown-service "A sent request asks for one service of the catalogue"
* #subscription-topic "A Subscription asks for a topic that there is"
* #subscription-criteria "Plain criteria are told by each record alone"
* #subscription-filter "A filter is one that the topic knows"
* #subscription-channel "Notifications go by rest-hook"
* #subscription-payload "It is said how much of the records is sent, and as what"
* #subscription-endpoint "Notifications go to an absolute address"
* #subscription-header "Headers of notifications are for the subscriber to set"
* #subscription-bounds "Heartbeat, timeout and number of events are within bounds"
* #subscription-echo "Whether own changes are told is said once, with yes or no"
* #subscription-status "The server alone sets the status of a Subscription to active or error"
* #subscription-end "The end of a Subscription lies ahead"
* #subscription-too-many "An organisation has so many Subscriptions at most"
* #subscription-of-person "A client of its own registers a Subscription"
* #subscription-of-client "The secrets of a Subscription are for the client that registered it"
* #subscription-not-active "What is sent again is sent while the Subscription is active"
* #subscription-resend "Events of a Subscription are sent again"
* #subscription-resend-under-way "Events of a Subscription are sent again once at a time"
* #subscription-events-gone "Events are kept for 30 days"
* #subscription-events-more "So many events are told at a time"
* #subscriptions-left-out "So many Subscriptions are told at a time"
* #streams-full "So many streams are open at a time"
* #streams-of-organization "So many streams of an organisation are open at a time"
* #stream-stopping "A stream ends where the server stops, and is opened again"
* #stream-away "A stream ends where it cannot be read on, or nobody says whether its reader is let in still"
* #based-on-fixed "A report stays on its case, and a request on the earlier one"
* #based-on-itself "A request is not based on itself"
* #based-on-patient "Opinions that follow each other are about one patient"
* #too-many-steps "A case has so many steps at most"
* #third-opinion "The programme does not give a third opinion here"
* #reviewer-unfit "The reviewer of a review is fit and independent, or that is overridden with a reason"
* #no-reviewers "The programme has reviewers"
* #reviewer-unknown "A review is done by a reviewer of the programme"
* #review-output "What a review hands over is of its reviewer"
* #reviews-missing "A final report follows as many completed reviews as the service asks for"
* #team-missing "A team discussion names its team"
* #team-member "The members of a team are reviewers of the programme"
* #meeting-not-begun "A meeting is held once it has begun"
* #meeting-missing "A team discussion is completed when its meeting has been held"
* #statement-missing "Each member of the team has made a statement, or there is a reason why not"
* #packet-complete "Nothing is missing that the programme requires"
* #packet-imaging "Images are in the packet"
* #packet-imaging-report "The radiologist's report is in the packet"
* #packet-pathology-slides "Slides are in the packet"
* #packet-pathology-report "The pathology report is in the packet"
* #packet-laboratory "Laboratory results are in the packet"
* #packet-operative-report "The operative report is in the packet"
* #packet-medication-list "The current medication is in the packet"
* #packet-allergies "The allergies are in the packet"
* #packet-prior-treatment "A summary of prior treatment is in the packet"
* #packet-first-opinion "The first opinion is in the packet"
* #packet-narrative "The patient's story is in the packet"
* #packet-questions "The questions are in the packet"
* #packet-condition "The request says for which condition it is"
* #packet-consent "The patient's consent is in the packet"
* #consent-standing "The patient's consent stands"
* #transfer-basis "It is told on which basis records go abroad"
* #document-language "The programme's reviewers can read the documents"
* #cover "The cover is of a kind that the programme takes"
* #price-band "What the service costs"
* #expected-date "When the report is expected"
* #specialty-unknown "The specialty is one of the guide's"
* #specialty-not-offered "The programme gives the service in this specialty"
* #not-in-packet "What is sent along is named by the request"
* #inpatient "The patient is not in hospital"
* #intensive-care "The patient is not in intensive care"
* #recent-treatment "The last treatment was not too short a time ago"
* #low-yield-specialty "In this specialty first diagnoses are usually right"
* #surgery-candidate "An operation is better judged in person"
* #override-emergency "Nobody overrides an emergency"
* #override-rule "An override names the rule that it sets aside"
* #override-reason "An override says why"
* #answer-missing "A request for information is answered by records or words"
* #sent-record-unknown "A record that was sent is here"
* #sent-record-unfit "A record that was sent is about the patient of the case"
* #request-given-up "What was asked for cannot be had"
* #request-still-open "A message does not answer a request for information"
* #translation-missing "A finished translation is handed over"
* #translation-of "A translation says what it translates"
* #translation-language "A translation is in the language asked for"
* #translation-provenance "A translation says who made it and how"
* #translation-open "What the reviewers do not read is translated first, and the report before it goes home in two languages"
* #machine-translated "A machine alone has translated it"
* #home-language-unknown "Nothing says which language the home side reads"
* #follow-up-answers "A follow-up is answered with its form"
* #estimate-missing "A quote is answered with an estimate"
* #service-output "A confirmation says which service it is"
* #service-unconfirmed "An advisor confirms the service before it is paid or accepted"
* #service-after-report "The service comes after a report"
* #offer-empty "An offer says what is offered"
* #offer-fixed "What is offered stays as it was made"
* #offer-open "There is one offer at a time"
* #offer-date "A date that is offered lies ahead"
* #price-form "A price is an amount in a currency"
* #price-missing "What is asked for has a price"
* #price-agreed "A price that was agreed on stays"
* #price-outside "A price lies in the band of the programme"
* #payment-amount "A notice says how much has come"
* #payment-announced "The programme is told that a payment is under way"
* #payment-apart "A record of a payment that belongs to no case"
* #payment-kept "A record of a payment that changes nothing"
* #payment-currency "Amounts of a case are in one currency"
* #payment-free "What costs nothing is not waited for"
* #payment-missing "The case is paid or covered before it is accepted"
* #payment-open "So much is still to be paid"
* #payment-refused "The payer has refused"
* #payment-waived "A case is accepted though nobody has paid"
* #cover-kind "The cover is of a kind that the programme takes"
* #cover-missing "The request names a cover that the programme takes"
* #cover-unclear "An answer of a payer says yes or no"
* #invoice-cancelled "The Invoice is cancelled, and payment is asked for anew"
* #invoice-fixed "An Invoice that was issued stays as it is"
* #materials-output "Who says that materials have arrived says what"
* #materials-lost "What was under way does not come"
* #meeting-unclear "An appointment says whose meeting it is"
* #visit-time "The time of a visit fits"
* #visit-not-begun "A visit is held or missed once it has begun"
* #visit-participant "Those who belong to a visit take part in it"
* #visit-link "A booked visit says where it takes place"
* #visit-booked "A visit has one date at a time"
* #visit-open "Where a visit stands follows from its appointment"
* #slot-unknown "The slots of a visit are there"
* #slot-taken "The slots of a visit are free"
* #slot-time "A visit lies within its slots"
* #focus-needed "A command says which record it means"
* #task-needed "A command says which step it means"
* #unknown-command "There is such a command"
