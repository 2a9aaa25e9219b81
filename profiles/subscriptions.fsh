Extension: SubscriptionEcho
Id: subscription-echo
Title: "Own changes are told"
Description: "Whether a subscriber is told of what its own organisation did; it is where this is not said. The subscriber sets it."
Context: Subscription
* value[x] 1..1
* value[x] only boolean

Profile: CaseSubscription
Parent: Subscription
Id: case-subscription
Title: "Subscription to cases"
Description: "What a system asks to be told of: a topic (Subscriptions R5 Backport 1.1.0), or plain criteria of R4. A client of its own makes it, with status requested, when it is ready to be told."
* extension contains SubscriptionEcho named echo 0..1
* criteria ^short = "Canonical of a topic, with filters (backport-filter-criteria), or a search"
* channel.type = #rest-hook
* channel.endpoint 1..1
* channel.endpoint ^short = "https address; with plain criteria and a payload the base of a FHIR server"

RuleSet: SubscriptionOperation(name, title)
* url = "https://consilium.example/fhir/OperationDefinition/subscription-{name}"
* version = "0.1.0"
* title = "{title}"
* status = #active
* experimental = false
* kind = #operation
* date = "2026-11-22"
* publisher = "Consilium"
* affectsState = true
* code = #{name}
* resource[0] = #Subscription
* system = false
* type = false
* instance = true

RuleSet: SigningSecrets(number)
* parameter[{number}].name = #secret
* parameter[{number}].use = #out
* parameter[{number}].min = 1
* parameter[{number}].max = "*"
* parameter[{number}].documentation = "A secret with which notifications are signed now, the newest first."
* insert OutPart({number}, value, string, 1, 1)
* parameter[{number}].part[=].documentation = "The secret as Standard Webhooks write it: whsec_ and Base64."
* insert OutPart({number}, from, instant, 1, 1)
* parameter[{number}].part[=].documentation = "Since when it is used."
* insert OutPart({number}, until, instant, 0, 1)
* parameter[{number}].part[=].documentation = "Until when; without it, until it is rotated."

Instance: subscription-resend
InstanceOf: OperationDefinition
Usage: #definition
Title: "Events once more"
Description: "Sends events of a Subscription again."
* insert SubscriptionOperation(resend, [[Events once more]])
* name = "SubscriptionResend"
* description = "For the organisation of a Subscription: sends events to its endpoint again, in their order and with their numbers, as far as they are kept (30 days). Whether the subscriber may see what they are about is decided anew. Events that are still to be sent come in their turn. A Subscription that is off, or in error, is requested again first."
* parameter[0].name = #from
* parameter[0].use = #in
* parameter[0].min = 1
* parameter[0].max = "1"
* parameter[0].documentation = "Number of the first event."
* parameter[0].type = #positiveInt
* parameter[1].name = #until
* parameter[1].use = #in
* parameter[1].min = 0
* parameter[1].max = "1"
* parameter[1].documentation = "Number of the last event; by default the last that has arrived."
* parameter[1].type = #positiveInt
* parameter[2].name = #return
* parameter[2].use = #out
* parameter[2].min = 1
* parameter[2].max = "1"
* parameter[2].documentation = "How many events are sent again."
* parameter[2].type = #OperationOutcome

Instance: subscription-signing-secret
InstanceOf: OperationDefinition
Usage: #definition
Title: "Secrets of a Subscription"
Description: "Shows with which secrets notifications are signed."
* insert SubscriptionOperation(signing-secret, [[Secrets of a Subscription]])
* name = "SubscriptionSigningSecret"
* description = "For the client that registered a Subscription: the secrets with which its notifications are signed now (Standard Webhooks, HMAC-SHA256), to verify the header webhook-signature by. While one takes over from another each notification bears a signature by both. It is asked for by POST alone, the answer is not to be kept on the way, and that it was asked for is recorded."
* insert SigningSecrets(0)

Instance: subscription-rotate-secret
InstanceOf: OperationDefinition
Usage: #definition
Title: "A new secret for a Subscription"
Description: "Makes a new secret with which notifications are signed."
* insert SubscriptionOperation(rotate-secret, [[A new secret for a Subscription]])
* name = "SubscriptionRotateSecret"
* description = "For the client that registered a Subscription: makes a new secret, with which notifications are signed from now on. Those before it stay in use as long as the overlap says, so that no notification is lost while the new one is put in place."
* parameter[0].name = #overlap
* parameter[0].use = #in
* parameter[0].min = 0
* parameter[0].max = "1"
* parameter[0].documentation = "Hours for which earlier secrets stay in use, 0 to 168; by default 24. 0: at once only the new one counts, as after a secret became known."
* parameter[0].type = #unsignedInt
* insert SigningSecrets(1)
