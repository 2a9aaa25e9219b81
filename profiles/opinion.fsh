RuleSet: OnRequest
* basedOn 1..1
* basedOn only Reference(ServiceRequest)
* basedOn ^short = "The request"
* subject 1..1
* subject only Reference(Patient)

RuleSet: Agreement(name)
* component contains {name} 0..1
* component[{name}].code = $opinion-observation#concordance-{name}
* component[{name}].value[x] 1..1
* component[{name}].value[x] only CodeableConcept
* component[{name}].valueCodeableConcept from AspectConcordances (required)

Profile: OpinionConcordance
Parent: Observation
Id: opinion-concordance
Title: "Agreement with the first opinion"
Description: "Whether diagnosis, stage and treatment of the first opinion are confirmed, revised or undetermined. The reviewer makes it with the report, which names it in DiagnosticReport.result."
* insert OnRequest
* code = $opinion-observation#concordance
* value[x] 0..0
* component 1..*
* component ^slicing.discriminator.type = #pattern
* component ^slicing.discriminator.path = "code"
* component ^slicing.rules = #open
* component ^slicing.description = "By what is compared"
* insert Agreement(diagnosis)
* insert Agreement(stage)
* insert Agreement(treatment)

Profile: OpinionDifference
Parent: Observation
Id: opinion-difference
Title: "Difference from the first opinion"
Description: "One diagnosis, stage or treatment of the first opinion beside that of the second, and how they stand to each other. The reviewer makes one for each with the report, which names it in DiagnosticReport.result and in the section of the differences."
* insert OnRequest
* code = $opinion-observation#difference
* value[x] 1..1
* value[x] only CodeableConcept
* valueCodeableConcept from Concordances (required)
* focus ^short = "The Condition, CarePlan or order of the first opinion that is compared"
* derivedFrom ^short = "The document of the first opinion"
* component 1..*
* component ^slicing.discriminator.type = #pattern
* component ^slicing.discriminator.path = "code"
* component ^slicing.rules = #open
* component ^slicing.description = "By what it says"
* component contains aspect 1..1
* component[aspect].code = $opinion-observation#difference-aspect
* component[aspect].value[x] 1..1
* component[aspect].value[x] only CodeableConcept
* component[aspect].valueCodeableConcept from DifferenceAspects (required)
* insert Side(first-opinion)
* insert Side(second-opinion)

RuleSet: Side(name)
* component contains {name} 0..1
* component[{name}].code = $opinion-observation#{name}
* component[{name}].value[x] 1..1
* component[{name}].value[x] only CodeableConcept or string or Quantity

Profile: OpinionTravelAdvice
Parent: Observation
Id: opinion-travel-advice
Title: "Travel advice"
Description: "Whether the patient is advised to travel for treatment. The reviewer makes it with the report where that was asked."
* insert OnRequest
* code = $opinion-observation#travel-advice
* value[x] 1..1
* value[x] only CodeableConcept
* valueCodeableConcept from TravelAdvices (required)

Profile: RecommendedPlan
Parent: CarePlan
Id: recommended-plan
Title: "Recommended plan"
Description: "The treatment, or the workup for those who travel, that the reviewer proposes. The reviewer makes it with the report; the home doctor decides what becomes of it."
* obeys recommended-plan-content
* intent = #proposal
* subject only Reference(Patient)

Invariant: recommended-plan-content
Description: "A plan says what is recommended: description or activity."
Severity: #error
Expression: "description.exists() or activity.exists()"

Profile: CostEstimate
Parent: Claim
Id: cost-estimate
Title: "Cost estimate"
Description: "What treatment at the programme would cost, item by item. The programme makes it for those who travel, or when a quote is asked for. It asks for no money and guarantees no price."
* obeys cost-estimate-currency
* use = #predetermination
* patient only Reference(Patient)
* referral 1..1
* referral only Reference(ServiceRequest)
* referral ^short = "The request"
* item 1..*
* item.net 1..1
* total 1..1
* total.currency 1..1

Invariant: cost-estimate-currency
Description: "All amounts of an estimate are in one currency."
Severity: #error
Expression: "(item.net.currency | total.currency).count() <= 1"
