"""The texts of reasons about pay links and the payments that customers make by them."""

TEXTS: dict[str, str] = {
	# making a link
	"pay_link_invoice": "Invoice: {invoice} is no submitted invoice. Submit it, or choose another.",
	"pay_link_nothing_owed": "Nothing is owed any more.",
	"pay_link_amount": "Amount: enter what is to be paid, above 0 and in whole coins, {room} at the most.",
	"pay_link_too_much": "Amount: {amount} is more than the {room} that is owed. Enter {room} or less.",
	"pay_link_currency": "Currency: {currency} is asked for, the company keeps {own} and {account} is in {theirs}. Pay links need all three alike; take this payment by hand.",
	"pay_mode_missing": "Settings: the mode of payment for {provider} is missing. Set it in Runbook Settings, Pay links.",
	"pay_not_set_up": "Settings: {provider} is not set up. Fill in its fields in Runbook Settings, Pay links.",
	"pay_link_unknown": "Link: there is none called {link}.",
	"pay_link_by_hand": "A pay link is made and moved on by the program. To take it back, withdraw it.",
	"pay_link_born_as": "Status: a new pay link can't be {status}. Make it Open.",
	"pay_link_transition": "Status: a pay link can't go from {before} to {after}.",
	"pay_not_receivable": "Status: {link} is {status}, to be paid by {provider}. Only transfers on an open link are noted by hand.",
	"pay_mail_address": "Recipient: {customer} has no e-mail address that mail can go to. Enter one, or copy the link.",
	"pay_not_ended": "Link: the payment that was begun can't be ended now, {provider} says: {error}. Try again in a while.",
	# what the customer reads
	"pay_link_waiting": "Your payment is on its way: we are waiting for your bank.",
	"pay_link_paid": "This has been paid. Thank you.",
	"pay_link_over": "This link can't be used any more. Ask us for a new one: {contact}",
	"pay_link_gone": "This link leads nowhere any more. Contact us: {contact}",
	"pay_link_moved": "Something has changed meanwhile. Please look again and repeat it.",
	"pay_by_transfer": "This is paid by bank transfer. Use the bank details on the page.",
	"pay_provider_silent": "The payment service does not answer at the moment. Nothing was charged. Try again in a minute, or contact us: {contact}",
	"pay_provider_refused": "Paying online is not possible at the moment. Nothing was charged. Contact us: {contact}",
	# what the provider's call is answered
	"pay_event_unsigned": "The call is not signed with the endpoint's secret, or its signature is too old.",
	"pay_event_later": "Not now; send it again later.",
	# what a person is asked
	"pay_failed": "The bank of the customer did not pay {amount} {currency} by link {link}. The link is open again: call the customer, or agree on another way.",
	"pay_wrong_currency": "{amount} {currency} came in by link {link}, which asks for {own}. Nothing was booked: give it back at the provider, or book it by hand.",
	"pay_wrong_amount": "{amount} {currency} came in by link {link}, which asked for {asked}. Nothing was booked: book it by hand, or give it back at the provider.",
	"pay_no_room": "{amount} {currency} came in by link {link} and only {room} can still be booked: it was paid otherwise, or cancelled. Nothing was booked: give it back at the provider, or book it as an advance.",
	"pay_other_session": "{amount} {currency} came in by link {link}, through the payment {session} that it does not wait for. Nothing was booked: look it up at the provider, then book it or give it back.",
	"pay_blocked": "{amount} {currency} came in by link {link} and can't be booked: {error} Mend that; the payment {session} is booked by the next daily comparison.",
	"pay_refunded": "{refunded} {currency} of the {amount} paid by link {link} went back to the customer at the provider. Book it: undo the checkout, make a credit note, or a payment to the customer.",
	"pay_disputed": "The customer disputes {amount} {currency} paid by link {link}. Answer at the provider before its deadline, with the booking's history and the accepted policy.",
	# the daily comparison
	"pay_not_booked": "The provider took {amount} {currency} by link {link}, payment {session}, and it is not booked. Book it by hand, or give it back there.",
	"pay_not_at_provider": "{entry} books {booked} {currency} for the payment {session}, and the provider has not taken it. Look it up there, and cancel the entry if that is right.",
	"pay_entry_cancelled": "{entry} is cancelled, and the provider still has the {amount} {currency} of {session}. Book it again, or give it back there.",
	"pay_amounts_differ": "{entry} books {booked} {currency} for {session}, and the provider took {amount} {paid_in}. Correct the entry.",
	"pay_without_link": "The provider took {amount} {currency} in {session}, for a pay link that is not here. Look it up there.",
	"pay_found_late": "{count} payments at {provider} were booked only by the daily comparison. Check that its webhook reaches this site.",
	"pay_too_many": "There were more payments at {provider} than the {read} that were compared. Compare the older ones by hand.",
	"pay_not_compared": "The payments at {provider} could not be compared with the books: {error}. Check the key in Runbook Settings.",
	# the mail
	"pay_mail_invoice_subject": "Your invoice {about} of {company}",
	"pay_mail_invoice": "Hello {customer},\nthank you for your visit. Here is your invoice {about}; {amount} is to be paid until {until}.\n{company}",
	"pay_mail_deposit_subject": "Deposit for your booking {about} with {company}",
	"pay_mail_deposit": "Hello {customer},\nplease pay the deposit of {amount} for your booking {about} until {until}.\n{company}",
}
