Instance: case-everything
InstanceOf: OperationDefinition
Usage: #definition
Title: "Everything of a case"
Description: "The whole record of the case that a ServiceRequest opened."
* url = "https://consilium.example/fhir/OperationDefinition/case-everything"
* version = "0.1.0"
* name = "CaseEverything"
* title = "Everything of a case"
* status = #active
* experimental = false
* kind = #operation
* date = "2026-11-22"
* publisher = "Consilium"
* description = "Gives all records of a second-opinion case in one Bundle: the request first, then what it names, followed to the references' end but never to other records of the patient, and all that its parties made on the case. Both parties are given the same. What everybody may see comes along where these records refer to it. Large records come in pages, by next links."
* affectsState = false
* code = #everything
* resource[0] = #ServiceRequest
* system = false
* type = false
* instance = true
* parameter[0].name = #_since
* parameter[0].use = #in
* parameter[0].min = 0
* parameter[0].max = "1"
* parameter[0].documentation = "Only records that were changed at this moment or later."
* parameter[0].type = #instant
* parameter[1].name = #_type
* parameter[1].use = #in
* parameter[1].min = 0
* parameter[1].max = "*"
* parameter[1].documentation = "Only records of these types."
* parameter[1].type = #code
* parameter[2].name = #_count
* parameter[2].use = #in
* parameter[2].min = 0
* parameter[2].max = "1"
* parameter[2].documentation = "Records on a page, 1000 at most."
* parameter[2].type = #integer
* parameter[3].name = #return
* parameter[3].use = #out
* parameter[3].min = 1
* parameter[3].max = "1"
* parameter[3].documentation = "A searchset. Entries of mode match are records of the case, those of mode include come along."
* parameter[3].type = #Bundle

RuleSet: CaseOperation(name, code, title)
* url = "https://consilium.example/fhir/OperationDefinition/{name}"
* version = "0.1.0"
* title = "{title}"
* status = #active
* experimental = false
* kind = #operation
* date = "2026-11-22"
* publisher = "Consilium"
* affectsState = false
* code = #{code}
* resource[0] = #ServiceRequest
* system = false
* type = false
* instance = true

RuleSet: OutPart(number, name, type, min, max)
* parameter[{number}].part[+].name = #{name}
* parameter[{number}].part[=].use = #out
* parameter[{number}].part[=].min = {min}
* parameter[{number}].part[=].max = "{max}"
* parameter[{number}].part[=].type = #{type}

Instance: propose-reviewers
InstanceOf: OperationDefinition
Usage: #definition
Title: "Who may review a case"
Description: "The programme's reviewers, the best for the case first."
* insert CaseOperation(propose-reviewers, propose-reviewers, [[Who may review a case]])
* name = "ProposeReviewers"
* description = "For the programme of a case: all its reviewers, the best first, with every reason that stands against one. Specialty, language of the report, credentials, open reviews and independence of the first doctor are judged by the programme's rules. It proposes and assigns nobody: that is done by a review Task with the reviewer as owner."
* parameter[0].name = #specialty
* parameter[0].use = #in
* parameter[0].min = 0
* parameter[0].max = "1"
* parameter[0].documentation = "The specialty that is wanted (SNOMED CT code), in place of the one that the case is routed to."
* parameter[0].type = #code
* parameter[1].name = #specialty
* parameter[1].use = #out
* parameter[1].min = 0
* parameter[1].max = "1"
* parameter[1].documentation = "The specialty that the case is routed to (SNOMED CT). None: the coordinator decides, and reviewers of every specialty are given."
* parameter[1].type = #Coding
* parameter[2].name = #reviewer
* parameter[2].use = #out
* parameter[2].min = 0
* parameter[2].max = "*"
* parameter[2].documentation = "A reviewer, fit or not."
* insert OutPart(2, role, Reference, 1, 1)
* parameter[2].part[=].documentation = "The PractitionerRole, with the name of its Practitioner as display."
* insert OutPart(2, fit, boolean, 1, 1)
* parameter[2].part[=].documentation = "Whether nothing stands against a review by this reviewer."
* insert OutPart(2, reason, Coding, 0, *)
* parameter[2].part[=].documentation = "What stands against it (reviewer-unfit)."
* insert OutPart(2, openReviews, integer, 1, 1)
* parameter[2].part[=].documentation = "How many reviews the reviewer has open."
* parameter[3].name = #outcome
* parameter[3].use = #out
* parameter[3].min = 0
* parameter[3].max = "1"
* parameter[3].documentation = "How reviewers are made, where there are none."
* parameter[3].type = #OperationOutcome

RuleSet: DifferencePart(name, type, min)
* parameter[0].part[=].part[+].name = #{name}
* parameter[0].part[=].part[=].use = #out
* parameter[0].part[=].part[=].min = {min}
* parameter[0].part[=].part[=].max = "1"
* parameter[0].part[=].part[=].type = #{type}

Instance: draft-report
InstanceOf: OperationDefinition
Usage: #definition
Title: "Draft of a report"
Description: "A report to be filled in, out of what is in the case."
* insert CaseOperation(draft-report, draft-report, [[Draft of a report]])
* name = "DraftReport"
* description = "For the programme of a case: a transaction Bundle with the records of a report, prefilled from the case and still to be written. It can be posted as it is; what is still to be written or judged says so (narratives of status empty, preliminary Observations, the status draft of CarePlan and Claim, and statusReason with draft-mark from-first-plan on each activity that was taken from the first plan), and bars the report from being issued: write it, set the statuses, take out the mark of what you keep. Where a report cannot be begun as the case stands (before the case is accepted; after its report, unless a consultation that calls for a summary was held), the operation is refused as writing the report would be. Sections: all of report-section in their order, with headings in the language; a part of the answers for each question, as it was asked; what the first opinion says beside what is to be written (100 differences at most); the records that were sent, in chronological order; the programme's disclaimer; as attesters the reviewers whose reviews are completed, else those who have one. After a report was issued it is the written summary that follows a video consultation. The conclusion of the DiagnosticReport is for the reviewer to write, in a few sentences: many systems show nothing else of a report. Nothing is stored."
* parameter[0].name = #language
* parameter[0].use = #in
* parameter[0].min = 0
* parameter[0].max = "1"
* parameter[0].documentation = "The language of the report (BCP 47); by default that in which the programme reports. Words of the server are in English, Vietnamese, Chinese or Arabic, else in English."
* parameter[0].type = #code
* parameter[1].name = #travel
* parameter[1].use = #in
* parameter[1].min = 0
* parameter[1].max = "1"
* parameter[1].documentation = "Whether travel advice and a cost estimate are drafted; by default where the case has a quote."
* parameter[1].type = #boolean
* parameter[2].name = #report
* parameter[2].use = #in
* parameter[2].min = 0
* parameter[2].max = "1"
* parameter[2].documentation = "Id of a DiagnosticReport on the case: then it is the Composition of its next version, with what was said and a section for what has changed. When it is written, the report is updated (amended, corrected, appended) and names it. With translate-to: the report that is translated, by default the latest of the case."
* parameter[2].type = #id
* parameter[3].name = #translate-to
* parameter[3].use = #in
* parameter[3].min = 0
* parameter[3].max = "1"
* parameter[3].documentation = "A language (BCP 47): then it is the translated Composition, with the sections, entries and questions of the original and texts to be translated: what they say stands in the Composition that relatesTo names, in the sections of the same place. Where that replaces a version with a translation into this language, sections whose text is unchanged bring their translation along; a table of differences comes with its rows and codes. Its attesters are those of the original without a time, as they have not seen it; a translated Composition can be final so. Its translator stands in a Provenance."
* parameter[3].type = #code
* parameter[4].name = #composition
* parameter[4].use = #in
* parameter[4].min = 0
* parameter[4].max = "1"
* parameter[4].documentation = "Id of a Composition on the case in the place of that of a report: of a version that no report names yet, to be translated before it is issued."
* parameter[4].type = #id
* parameter[5].name = #return
* parameter[5].use = #out
* parameter[5].min = 1
* parameter[5].max = "1"
* parameter[5].documentation = "A transaction."
* parameter[5].type = #Bundle

Instance: compare-opinions
InstanceOf: OperationDefinition
Usage: #definition
Title: "Opinions side by side"
Description: "The opinions on a case and on the case that it is based on, side by side."
* insert CaseOperation(compare-opinions, compare-opinions, [[Opinions side by side]])
* name = "CompareOpinions"
* description = "For the parties of a case: the home doctor's own opinion, the second, and for a case that is based on an earlier one the third, as far as the caller may read them. Concordance is said by each reviewer of the home doctor's opinion: where it differs, the reports tell how."
* parameter[0].name = #opinion
* parameter[0].use = #out
* parameter[0].min = 0
* parameter[0].max = "*"
* parameter[0].documentation = "An opinion, the first of them first."
* insert OutPart(0, position, code, 1, 1)
* parameter[0].part[=].documentation = "first, second or third."
* insert OutPart(0, report, Reference, 1, 1)
* parameter[0].part[=].documentation = "The document of the home doctor, or the DiagnosticReport."
* insert OutPart(0, title, string, 0, 1)
* parameter[0].part[=].documentation = "What the document of the home doctor is called. What it says is to be read there."
* insert OutPart(0, status, code, 0, 1)
* insert OutPart(0, issued, dateTime, 0, 1)
* insert OutPart(0, diagnosis, Coding, 0, 1)
* parameter[0].part[=].documentation = "Concordance on the diagnosis."
* insert OutPart(0, stage, Coding, 0, 1)
* parameter[0].part[=].documentation = "Concordance on the stage."
* insert OutPart(0, treatment, Coding, 0, 1)
* parameter[0].part[=].documentation = "Concordance on the treatment."
* insert OutPart(0, travel, Coding, 0, 1)
* parameter[0].part[=].documentation = "Travel advice."
* insert OutPart(0, conclusion, string, 0, 1)
* parameter[0].part[=].documentation = "The conclusion of the DiagnosticReport."
* parameter[0].part[+].name = #difference
* parameter[0].part[=].use = #out
* parameter[0].part[=].min = 0
* parameter[0].part[=].max = "*"
* parameter[0].part[=].documentation = "One diagnosis, stage or treatment of the first opinion beside that of this one (opinion-difference)."
* insert DifferencePart(aspect, code, 0)
* parameter[0].part[=].part[=].documentation = "diagnosis, stage or treatment."
* insert DifferencePart(first, Element, 0)
* parameter[0].part[=].part[=].documentation = "What the first opinion says: a CodeableConcept, a Quantity or a text."
* insert DifferencePart(second, Element, 0)
* parameter[0].part[=].part[=].documentation = "What this opinion says."
* insert DifferencePart(difference, Coding, 0)
* parameter[0].part[=].part[=].documentation = "How they stand to each other (concordance)."
* insert DifferencePart(observation, Reference, 1)
* parameter[0].part[=].part[=].documentation = "The Observation that says so."
* parameter[1].name = #differs
* parameter[1].use = #out
* parameter[1].min = 0
* parameter[1].max = "*"
* parameter[1].documentation = "Whether the opinions differ in one respect."
* insert OutPart(1, aspect, code, 1, 1)
* parameter[1].part[=].documentation = "diagnosis, stage, treatment or travel."
* insert OutPart(1, differs, code, 1, 1)
* parameter[1].part[=].documentation = "yes, no or unknown (somebody could not tell)."

Instance: check-completeness
InstanceOf: OperationDefinition
Usage: #definition
Title: "Is the packet complete?"
Description: "What a second-opinion request and its packet lack under the rules of its programme."
* insert CaseOperation(check-completeness, check-completeness, [[Is the packet complete?]])
* name = "CheckCompleteness"
* type = true
* description = "Says all that stands against a second-opinion request and all that its packet lacks, with how to mend each: rules of sending, exclusions, records, languages, consent, cover, price and expected date. Asked of the type with a Bundle (or the request alone) before anything is stored, and nothing is; asked of a request, of what stands here of a draft or a sent case, as far as the caller may see it. Errors are what the programme does not accept the case with, warnings what is advised, information what comes."
* parameter[0].name = #resource
* parameter[0].use = #in
* parameter[0].min = 0
* parameter[0].max = "1"
* parameter[0].documentation = "Of the type: a Bundle (transaction, batch, collection or document) with one request, or the request itself. It may also be sent as the body."
* parameter[0].type = #Resource
* parameter[1].name = #bundle
* parameter[1].use = #in
* parameter[1].min = 0
* parameter[1].max = "1"
* parameter[1].documentation = "The same under another name."
* parameter[1].type = #Bundle
* parameter[2].name = #return
* parameter[2].use = #out
* parameter[2].min = 1
* parameter[2].max = "1"
* parameter[2].documentation = "With information packet-complete where nothing is missing that is required."
* parameter[2].type = #OperationOutcome

Instance: case-timeline
InstanceOf: OperationDefinition
Usage: #definition
Title: "What happened to a case"
Description: "All that happened to a case, in order and in plain words."
* insert CaseOperation(case-timeline, timeline, [[What happened to a case]])
* name = "CaseTimeline"
* description = "For the parties of a case: where it stands, until when its report is due while it is open, who has had it for how long, and all that happened to it, in order. Each event comes as a code and as one plain sentence in English, Vietnamese or Chinese; it tells nothing clinical and no name. Sentences come in the language of the parameter, else of Accept-Language; dates in them are told in the time zone of the programme."
* parameter[0].name = #_since
* parameter[0].use = #in
* parameter[0].min = 0
* parameter[0].max = "1"
* parameter[0].documentation = "Only what happened at this moment or later."
* parameter[0].type = #instant
* parameter[1].name = #_count
* parameter[1].use = #in
* parameter[1].min = 0
* parameter[1].max = "1"
* parameter[1].documentation = "Events on a page, 1000 at most."
* parameter[1].type = #integer
* parameter[2].name = #language
* parameter[2].use = #in
* parameter[2].min = 0
* parameter[2].max = "1"
* parameter[2].documentation = "Language of the sentences: en, vi or zh."
* parameter[2].type = #code
* parameter[3].name = #case
* parameter[3].use = #out
* parameter[3].min = 1
* parameter[3].max = "1"
* parameter[3].documentation = "The case number."
* parameter[3].type = #Identifier
* parameter[4].name = #status
* parameter[4].use = #out
* parameter[4].min = 1
* parameter[4].max = "1"
* parameter[4].documentation = "Status of the case's coordination Task."
* parameter[4].type = #code
* parameter[5].name = #businessStatus
* parameter[5].use = #out
* parameter[5].min = 1
* parameter[5].max = "1"
* parameter[5].documentation = "Where the case stands, as a code and in words."
* parameter[5].type = #CodeableConcept
* parameter[6].name = #due
* parameter[6].use = #out
* parameter[6].min = 0
* parameter[6].max = "1"
* parameter[6].documentation = "When the report is due. While the case waits for others it moves on."
* parameter[6].type = #dateTime
* parameter[7].name = #held
* parameter[7].use = #out
* parameter[7].min = 0
* parameter[7].max = "*"
* parameter[7].documentation = "Who has had the case, and for how long."
* insert OutPart(7, holder, Coding, 1, 1)
* insert OutPart(7, time, Duration, 1, 1)
* insert OutPart(7, text, string, 1, 1)
* parameter[8].name = #event
* parameter[8].use = #out
* parameter[8].min = 0
* parameter[8].max = "*"
* parameter[8].documentation = "What happened, in order."
* insert OutPart(8, at, instant, 1, 1)
* insert OutPart(8, when, string, 1, 1)
* parameter[8].part[=].documentation = "The moment in words, in the time zone of the programme."
* insert OutPart(8, type, Coding, 1, 1)
* insert OutPart(8, text, string, 1, 1)
* parameter[8].part[=].documentation = "One plain sentence for people."
* insert OutPart(8, who, Reference, 1, 1)
* parameter[8].part[=].documentation = "The organisation that did it; for what the server does by itself, the programme."
* insert OutPart(8, person, Reference, 0, 1)
* insert OutPart(8, focus, Reference, 0, 1)
* parameter[8].part[=].documentation = "The record that it is about, where the caller may read records of that type."
* insert OutPart(8, businessStatus, CodeableConcept, 1, 1)
* parameter[8].part[=].documentation = "Where the case stood after it."
* insert OutPart(8, detail, string, 0, *)
* parameter[8].part[=].documentation = "More that the event tells, as codes, instants and references: the parts name and value; of a specialty also its display."
* parameter[9].name = #next
* parameter[9].use = #out
* parameter[9].min = 0
* parameter[9].max = "1"
* parameter[9].documentation = "Address of what follows, where this is not all."
* parameter[9].type = #url

Instance: case-command
InstanceOf: OperationDefinition
Usage: #definition
Title: "Commands to a case"
Description: "Gives a case a command by its name, or lists those that may be given."
* insert CaseOperation(case-command, command, [[Commands to a case]])
* name = "CaseCommand"
* description = "For the parties of a case. By POST it gives the command, which is decided and refused exactly as the plain write that it stands for; by GET it lists the commands that the caller may give as the case stands. What is known to have to be done before stands beside a command that is not possible yet; what else the programme's rules ask for, such as a complete packet, is said when the command is given."
* affectsState = true
* parameter[0].name = #command
* parameter[0].use = #in
* parameter[0].min = 0
* parameter[0].max = "1"
* parameter[0].documentation = "Which command. Required by POST, where the other parameters go with it; a GET takes none and answers what may be given."
* parameter[0].type = #code
* parameter[0].binding.strength = #required
* parameter[0].binding.valueSet = Canonical(CaseCommands)
* parameter[1].name = #reason
* parameter[1].use = #in
* parameter[1].min = 0
* parameter[1].max = "1"
* parameter[1].documentation = "Why (decline-reason): of a case or a step that ends."
* parameter[1].type = #code
* parameter[1].binding.strength = #required
* parameter[1].binding.valueSet = Canonical(DeclineReasons)
* parameter[2].name = #text
* parameter[2].use = #in
* parameter[2].min = 0
* parameter[2].max = "1"
* parameter[2].documentation = "What is asked, answered or noted, in words; the reason of an override."
* parameter[2].type = #string
* parameter[3].name = #task
* parameter[3].use = #in
* parameter[3].min = 0
* parameter[3].max = "1"
* parameter[3].documentation = "The step that is meant, where more than one is open."
* parameter[3].type = #Reference
* parameter[4].name = #focus
* parameter[4].use = #in
* parameter[4].min = 0
* parameter[4].max = "*"
* parameter[4].documentation = "What it is about, or what is handed over."
* parameter[4].type = #Reference
* parameter[5].name = #owner
* parameter[5].use = #in
* parameter[5].min = 0
* parameter[5].max = "1"
* parameter[5].documentation = "Who is to do it: the reviewer."
* parameter[5].type = #Reference
* parameter[6].name = #service
* parameter[6].use = #in
* parameter[6].min = 0
* parameter[6].max = "1"
* parameter[6].documentation = "A second-opinion service."
* parameter[6].type = #code
* parameter[6].binding.strength = #required
* parameter[6].binding.valueSet = Canonical(SecondOpinionServices)
* parameter[7].name = #language
* parameter[7].use = #in
* parameter[7].min = 0
* parameter[7].max = "1"
* parameter[7].documentation = "A language tag: into which is translated."
* parameter[7].type = #code
* parameter[8].name = #price
* parameter[8].use = #in
* parameter[8].min = 0
* parameter[8].max = "1"
* parameter[8].documentation = "What is offered, or asked for."
* parameter[8].type = #Money
* parameter[9].name = #number
* parameter[9].use = #in
* parameter[9].min = 0
* parameter[9].max = "1"
* parameter[9].documentation = "Number of the consignment."
* parameter[9].type = #string
* parameter[10].name = #until
* parameter[10].use = #in
* parameter[10].min = 0
* parameter[10].max = "1"
* parameter[10].documentation = "By when: of an offer when the report is there."
* parameter[10].type = #dateTime
* parameter[11].name = #replaces
* parameter[11].use = #in
* parameter[11].min = 0
* parameter[11].max = "1"
* parameter[11].documentation = "The record in whose place another is put."
* parameter[11].type = #Reference
* parameter[12].name = #override
* parameter[12].use = #in
* parameter[12].min = 0
* parameter[12].max = "1"
* parameter[12].documentation = "A rule that is set aside; text says why."
* parameter[12].type = #code
* parameter[13].name = #case
* parameter[13].use = #out
* parameter[13].min = 0
* parameter[13].max = "1"
* parameter[13].documentation = "The coordination Task of the case, as it stands now."
* parameter[13].type = #Task
* parameter[14].name = #step
* parameter[14].use = #out
* parameter[14].min = 0
* parameter[14].max = "*"
* parameter[14].documentation = "The step that was made or changed."
* parameter[14].type = #Task
* parameter[15].name = #request
* parameter[15].use = #out
* parameter[15].min = 0
* parameter[15].max = "1"
* parameter[15].documentation = "The request, where the command changed it."
* parameter[15].type = #ServiceRequest
* parameter[16].name = #outcome
* parameter[16].use = #out
* parameter[16].min = 0
* parameter[16].max = "1"
* parameter[16].documentation = "What there is to say about it."
* parameter[16].type = #OperationOutcome
* parameter[17].name = #legal
* parameter[17].use = #out
* parameter[17].min = 0
* parameter[17].max = "*"
* parameter[17].documentation = "By GET: a command that may be given as the case stands, or once what stands against it is done."
* insert OutPart(17, command, code, 1, 1)
* insert OutPart(17, text, string, 1, 1)
* parameter[17].part[=].documentation = "What it does, in words."
* insert OutPart(17, possible, boolean, 1, 1)
* parameter[17].part[=].documentation = "Whether nothing is known to stand against it now."
* insert OutPart(17, needs, code, 0, *)
* parameter[17].part[=].documentation = "A parameter that it has to be told."
* insert OutPart(17, task, Reference, 0, *)
* parameter[17].part[=].documentation = "A step that it may be about."
* insert OutPart(17, against, string, 0, *)
* parameter[17].part[=].documentation = "What has to be done before, and by whom."
* parameter[18].name = #provenance
* parameter[18].use = #in
* parameter[18].min = 0
* parameter[18].max = "*"
* parameter[18].documentation = "Who made what is handed over, and how (Provenance): of a translation."
* parameter[18].type = #Reference
* parameter[19].name = #message
* parameter[19].use = #out
* parameter[19].min = 0
* parameter[19].max = "1"
* parameter[19].documentation = "The message that was sent."
* parameter[19].type = #Communication

Instance: verify-document
InstanceOf: OperationDefinition
Usage: #definition
Title: "Is the report genuine?"
Description: "Who signed a report as document Bundle, when, and what was altered since."
* insert CaseOperation(verify-document, verify, [[Is the report genuine?]])
* name = "VerifyDocument"
* description = "Says of a report as document Bundle, sent along or stored here, who signed it and when, who attests it, what was altered since, and what the signature does not cover. Nothing is stored. Trusted are the roots of this server: their certificate is at /.well-known/consilium-report-root.pem. Send the Bundle as JSON, as it was received. Without any server the signature can be verified with consilium verify, which comes with the software of the gateway; whether the document still holds, the gateway alone knows."
* type = true
* resource[0] = #Bundle
* parameter[0].name = #document
* parameter[0].use = #in
* parameter[0].min = 0
* parameter[0].max = "1"
* parameter[0].documentation = "The document, where the type as a whole is asked. It may also be the body itself."
* parameter[0].type = #Bundle
* parameter[1].name = #pdf
* parameter[1].use = #in
* parameter[1].min = 0
* parameter[1].max = "1"
* parameter[1].documentation = "Bytes of a PDF: is it the letter of the document?"
* parameter[1].type = #base64Binary
* parameter[2].name = #result
* parameter[2].use = #out
* parameter[2].min = 1
* parameter[2].max = "1"
* parameter[2].documentation = "Whether the document is what was signed, by a certificate that is trusted here; with a PDF, whether that is its letter, too. It is about the signature alone: of a document that was replaced or withdrawn since it stays true, so look at status as well."
* parameter[2].type = #boolean
* parameter[3].name = #outcome
* parameter[3].use = #out
* parameter[3].min = 1
* parameter[3].max = "1"
* parameter[3].documentation = "malformed, unsigned, altered, untrusted, expired, revoked, other-letter or valid."
* parameter[3].type = #code
* parameter[4].name = #text
* parameter[4].use = #out
* parameter[4].min = 1
* parameter[4].max = "1"
* parameter[4].documentation = "The same in plain English, a line each. Of a document that was withdrawn or replaced the first line says so."
* parameter[4].type = #string
* parameter[5].name = #document
* parameter[5].use = #out
* parameter[5].min = 0
* parameter[5].max = "1"
* parameter[5].documentation = "The document's identifier, a UUID."
* parameter[5].type = #string
* parameter[6].name = #digest
* parameter[6].use = #out
* parameter[6].min = 0
* parameter[6].max = "1"
* parameter[6].documentation = "SHA-256 of what the document says, in hexadecimal, as its letter shows it."
* parameter[6].type = #string
* parameter[7].name = #status
* parameter[7].use = #out
* parameter[7].min = 0
* parameter[7].max = "1"
* parameter[7].documentation = "Of a document that this server signed: current, superseded (there is a later one) or withdrawn."
* parameter[7].type = #code
* parameter[8].name = #signature
* parameter[8].use = #out
* parameter[8].min = 0
* parameter[8].max = "*"
* parameter[8].documentation = "A signature."
* insert OutPart(8, outcome, code, 1, 1)
* parameter[8].part[=].documentation = "What it is worth: the same codes."
* insert OutPart(8, reason, code, 0, 1)
* parameter[8].part[=].documentation = "Why it is not valid."
* insert OutPart(8, kid, string, 0, 1)
* parameter[8].part[=].documentation = "The key, as its JWK thumbprint."
* insert OutPart(8, signer, string, 0, 1)
* parameter[8].part[=].documentation = "Who signed, by the certificate."
* insert OutPart(8, programme, uri, 0, 1)
* parameter[8].part[=].documentation = "The address of the same, by the certificate."
* insert OutPart(8, when, instant, 0, 1)
* parameter[8].part[=].documentation = "When, as it is signed."
* insert OutPart(8, commitment, uri, 0, *)
* parameter[8].part[=].documentation = "To what the signer commits."
* insert OutPart(8, certificate, string, 0, 1)
* parameter[8].part[=].documentation = "SHA-256 of the signer's certificate, in hexadecimal."
* insert OutPart(8, root, string, 0, 1)
* parameter[8].part[=].documentation = "SHA-256 of the root behind it, in hexadecimal."
* insert OutPart(8, revoked-since, instant, 0, 1)
* parameter[8].part[=].documentation = "From when on others may have had the key; what was signed before is its owner's."
* parameter[9].name = #attester
* parameter[9].use = #out
* parameter[9].min = 0
* parameter[9].max = "*"
* parameter[9].documentation = "Who answers for the contents: stated in the document, not signed apart."
* insert OutPart(9, mode, string, 0, 1)
* insert OutPart(9, time, string, 0, 1)
* insert OutPart(9, party, string, 0, 1)
* parameter[10].name = #altered
* parameter[10].use = #out
* parameter[10].min = 0
* parameter[10].max = "*"
* parameter[10].documentation = "What was changed, added, removed or put in another order since, by the place in the document."
* parameter[10].type = #string
* parameter[11].name = #not-covered
* parameter[11].use = #out
* parameter[11].min = 0
* parameter[11].max = "*"
* parameter[11].documentation = "What may be changed without the signature telling it."
* parameter[11].type = #string
* parameter[12].name = #letter
* parameter[12].use = #out
* parameter[12].min = 0
* parameter[12].max = "1"
* parameter[12].documentation = "What the PDF is: same, other, or not-named where the document names no letter."
* parameter[12].type = #code

Instance: report-document
InstanceOf: OperationDefinition
Usage: #definition
Title: "A report as a document"
Description: "The signed document of a second-opinion report."
* url = "https://consilium.example/fhir/OperationDefinition/report-document"
* version = "0.1.0"
* name = "ReportDocument"
* title = "A report as a document"
* status = #active
* experimental = false
* kind = #operation
* date = "2026-11-22"
* publisher = "Consilium"
* description = "Gives a second-opinion report as a self-contained document: of an issued report the signed Bundle, byte for byte as it is stored; of a draft one that is made now and not signed. It is given as a whole to who may read every record in it, and to nobody else: no right to read Bundles is needed. The signature is over the JSON form; the XML form says the same and cannot be verified. While the document of an amended report is being made, the answer is 503 with Retry-After; of a withdrawn report it is 410."
* affectsState = false
* code = #document
* resource[0] = #DiagnosticReport
* system = false
* type = false
* instance = true
* parameter[0].name = #language
* parameter[0].use = #in
* parameter[0].min = 0
* parameter[0].max = "1"
* parameter[0].documentation = "The language of the text (BCP 47). Without it, the one that Accept-Language prefers of those that there are, else the original's."
* parameter[0].type = #code
* parameter[1].name = #return
* parameter[1].use = #out
* parameter[1].min = 1
* parameter[1].max = "1"
* parameter[1].documentation = "A Bundle of type document."
* parameter[1].type = #Bundle
