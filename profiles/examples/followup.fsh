Instance: follow-up-answers-given
InstanceOf: FollowUpAnswers
Usage: #example
* questionnaire = "https://consilium.example/fhir/Questionnaire/follow-up"
* status = #completed
* subject = Reference(Patient/patient-anh)
* authored = "2027-01-05T08:30:00+07:00"
* author = Reference(Practitioner/doctor-minh)
* item[+].linkId = "followed"
* item[=].answer.valueCoding = $follow-up-answer#partly "In part"
* item[+].linkId = "why"
* item[=].answer.valueString = "Surgery was done; the patient did not want chemotherapy."
* item[+].linkId = "changed"
* item[=].answer.valueCoding = $follow-up-answer#yes "Yes"

Instance: follow-up-answers-begun
InstanceOf: FollowUpAnswers
Usage: #example
* questionnaire = "https://consilium.example/fhir/Questionnaire/follow-up"
* status = #in-progress
* subject = Reference(Patient/patient-lopez)
