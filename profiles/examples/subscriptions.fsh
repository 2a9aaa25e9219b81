Instance: subscription-progress
InstanceOf: CaseSubscription
Usage: #example
* extension[echo].valueBoolean = false
* status = #requested
* contact.system = #email
* contact.value = "it@hospital-north.example"
* end = "2028-12-31T00:00:00Z"
* reason = "The worklist shows where our cases stand"
* criteria = "https://consilium.example/fhir/SubscriptionTopic/case-progress"
* criteria.extension.url = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria"
* criteria.extension.valueString = "Task?organization=Organization/hospital-north"
* channel.extension[+].url = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-heartbeat-period"
* channel.extension[=].valueUnsignedInt = 3600
* channel.extension[+].url = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-timeout"
* channel.extension[=].valueUnsignedInt = 10
* channel.extension[+].url = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-max-count"
* channel.extension[=].valuePositiveInt = 20
* channel.type = #rest-hook
* channel.endpoint = "https://ehr.hospital-north.example/hooks/consilium"
* channel.payload = #application/fhir+json
* channel.payload.extension.url = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-payload-content"
* channel.payload.extension.valueCode = #id-only
* channel.header = "Authorization: Bearer an-invented-token"

Instance: subscription-completed-tasks
InstanceOf: CaseSubscription
Usage: #example
* status = #requested
* reason = "Our own copy of tasks that are done"
* criteria = "Task?status=completed"
* channel.type = #rest-hook
* channel.endpoint = "https://ehr.hospital-north.example/fhir"
* channel.payload = #application/fhir+json
