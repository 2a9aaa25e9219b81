Instance: opinion-concordance-colon-cancer
InstanceOf: OpinionConcordance
Usage: #example
* basedOn = Reference(ServiceRequest/case-request-colon-cancer)
* status = #final
* code = $opinion-observation#concordance "Agreement with the first opinion"
* subject = Reference(Patient/patient-anh)
* performer = Reference(PractitionerRole/reviewer-oncology)
* effectiveDateTime = "2026-11-29"
* component[diagnosis].code = $opinion-observation#concordance-diagnosis
* component[diagnosis].valueCodeableConcept = $concordance#confirmed "Confirmed"
* component[stage].code = $opinion-observation#concordance-stage
* component[stage].valueCodeableConcept = $concordance#undetermined "Undetermined"
* component[treatment].code = $opinion-observation#concordance-treatment
* component[treatment].valueCodeableConcept = $concordance#revised "Revised"

Instance: opinion-concordance-diagnosis-only
InstanceOf: OpinionConcordance
Usage: #example
* basedOn = Reference(ServiceRequest/case-request-kept-by-server)
* status = #preliminary
* code = $opinion-observation#concordance
* subject = Reference(Patient/patient-lopez)
* component[diagnosis].code = $opinion-observation#concordance-diagnosis
* component[diagnosis].valueCodeableConcept = $concordance#confirmed

Instance: opinion-difference-treatment
InstanceOf: OpinionDifference
Usage: #example
* basedOn = Reference(ServiceRequest/case-request-colon-cancer)
* status = #final
* code = $opinion-observation#difference "Difference from the first opinion"
* subject = Reference(Patient/patient-anh)
* performer = Reference(PractitionerRole/reviewer-oncology)
* effectiveDateTime = "2026-11-29"
* valueCodeableConcept = $concordance#revised "Revised"
* derivedFrom = Reference(DocumentReference/packet-document-first-opinion)
* component[aspect].code = $opinion-observation#difference-aspect
* component[aspect].valueCodeableConcept = $difference-aspect#treatment "Treatment"
* component[first-opinion].code = $opinion-observation#first-opinion
* component[first-opinion].valueString = "FOLFOX for six months, then resection"
* component[second-opinion].code = $opinion-observation#second-opinion
* component[second-opinion].valueString = "Resection, then CAPOX for three months"

Instance: opinion-difference-added
InstanceOf: OpinionDifference
Usage: #example
* basedOn = Reference(ServiceRequest/case-request-kept-by-server)
* status = #preliminary
* code = $opinion-observation#difference
* subject = Reference(Patient/patient-lopez)
* valueCodeableConcept = $concordance#added
* component[aspect].code = $opinion-observation#difference-aspect
* component[aspect].valueCodeableConcept = $difference-aspect#diagnosis
* component[second-opinion].code = $opinion-observation#second-opinion
* component[second-opinion].valueCodeableConcept.text = "A second lesion in segment VII"

Instance: opinion-travel-advice-home
InstanceOf: OpinionTravelAdvice
Usage: #example
* basedOn = Reference(ServiceRequest/case-request-colon-cancer)
* status = #final
* code = $opinion-observation#travel-advice "Travel advice"
* subject = Reference(Patient/patient-anh)
* valueCodeableConcept = $travel-advice#do-not-travel "Do not travel"
* note.text = "Every part of the plan is available at home."

Instance: opinion-travel-advice-travel
InstanceOf: OpinionTravelAdvice
Usage: #example
* basedOn = Reference(ServiceRequest/case-request-kept-by-server)
* status = #final
* code = $opinion-observation#travel-advice
* subject = Reference(Patient/patient-lopez)
* valueCodeableConcept = $travel-advice#travel

Instance: recommended-plan-treatment
InstanceOf: RecommendedPlan
Usage: #example
* status = #active
* intent = #proposal
* title = "Recommended treatment"
* subject = Reference(Patient/patient-anh)
* author = Reference(PractitionerRole/reviewer-oncology)
* activity[+].detail.status = #not-started
* activity[=].detail.description = "Laparoscopic resection of the sigmoid colon"
* activity[+].detail.status = #not-started
* activity[=].detail.description = "CAPOX for three months if pT1-3 pN1"

Instance: recommended-plan-workup
InstanceOf: RecommendedPlan
Usage: #example
* status = #draft
* intent = #proposal
* subject = Reference(Patient/patient-lopez)
* description = "Five days at the programme: MRI, biopsy of the second lesion, tumour board."

RuleSet: Estimate
* status = #active
* type = $claim-type#institutional
* use = #predetermination
* created = "2026-11-29"
* provider = Reference(Organization/institute-south)
* priority = $process-priority#normal
* insurance.sequence = 1
* insurance.focal = true
* insurance.coverage = Reference(Coverage/case-coverage-insurer)

Instance: cost-estimate-workup
InstanceOf: CostEstimate
Usage: #example
* insert Estimate
* patient = Reference(Patient/patient-lopez)
* referral = Reference(ServiceRequest/case-request-kept-by-server)
* item[+].sequence = 1
* item[=].productOrService.text = "MRI of the liver"
* item[=].net.value = 940.00
* item[=].net.currency = #USD
* item[+].sequence = 2
* item[=].productOrService.text = "Tumour board"
* item[=].net.value = 1200
* item[=].net.currency = #USD
* total.value = 2140
* total.currency = #USD

Instance: cost-estimate-surgery
InstanceOf: CostEstimate
Usage: #example
* insert Estimate
* patient = Reference(Patient/patient-anh)
* referral = Reference(ServiceRequest/case-request-colon-cancer)
* item[+].sequence = 1
* item[=].productOrService.text = "Laparoscopic resection, seven days of stay"
* item[=].net.value = 18500
* item[=].net.currency = #EUR
* total.value = 18500
* total.currency = #EUR
