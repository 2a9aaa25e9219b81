Profile: FollowUpAnswers
Parent: QuestionnaireResponse
Id: follow-up-answers
Title: "How the patient has fared"
Description: "The answers to a follow-up: whether the advice was followed and whether the opinion changed the plan. The home side makes it some time after the report, and names it in the output of the follow-up Task."
* obeys follow-up-answered
* subject 1..1
* subject only Reference(Patient)

Invariant: follow-up-answered
Description: "A completed form says in codes whether the advice was followed (item followed) and whether the plan changed (item changed)."
Severity: #error
Expression: "(status != 'completed' and status != 'amended') or (item.where(linkId = 'followed').answer.value.where(system = 'https://consilium.example/fhir/CodeSystem/follow-up-answer').exists() and item.where(linkId = 'changed').answer.value.where(system = 'https://consilium.example/fhir/CodeSystem/follow-up-answer').exists())"

RuleSet: Asks(id, text, type)
* item[+].linkId = "{id}"
* item[=].text = "{text}"
* item[=].type = #{type}

RuleSet: MayBe(code, display)
* item[=].answerOption[+].valueCoding = $follow-up-answer#{code} "{display}"

Instance: follow-up
InstanceOf: Questionnaire
Usage: #definition
Title: "Follow-up"
Description: "What the home side is asked some time after the report."
* url = "https://consilium.example/fhir/Questionnaire/follow-up"
* version = "0.1.0"
* name = "FollowUp"
* title = "Follow-up"
* status = #active
* experimental = false
* publisher = "Consilium"
* description = "What the home side is asked some time after the report: was the advice followed, did the opinion change the plan, how is the patient. The home doctor fills it in."
* subjectType = #Patient
* insert Asks(followed, Was the advice followed?, choice)
* item[=].required = true
* insert MayBe(yes, Yes)
* insert MayBe(partly, In part)
* insert MayBe(no, No)
* insert MayBe(not-yet, Not yet)
* insert Asks(why, [[Why not, or why only in part?]], text)
* item[=].enableWhen.question = "followed"
* item[=].enableWhen.operator = #!=
* item[=].enableWhen.answerCoding = $follow-up-answer#yes "Yes"
* insert Asks(changed, Did the plan change because of the opinion?, choice)
* item[=].required = true
* insert MayBe(yes, Yes)
* insert MayBe(no, No)
* insert Asks(abroad, Was treatment abroad taken up?, choice)
* insert MayBe(yes, Yes)
* insert MayBe(no, No)
* insert MayBe(not-yet, Not yet)
* insert Asks(patient, How is the patient?, text)
