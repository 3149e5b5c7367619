"""The texts of reasons about what customers owe: promises, write-offs, finance charges, statements, suspended plans."""

TEXTS: dict[str, str] = {
	# collecting
	"receivable_unknown": "Invoice: {invoice} is no submitted invoice. Choose another.",
	"receivable_settled": "Invoice: nothing is owed on it any more.",
	"receivable_changed": "Invoice: {seen} was owed when you looked, now it is {owed}. Look again, then decide.",
	"receivable_amount": "Amount: enter more than 0, in whole coins, {owed} at the most.",
	"receivable_currency": "Invoice: it is kept in {theirs} and the company in {own}. Do this one in ERPNext.",
	"receivable_day": "Date: {day} is no day up to today. Enter when the money came.",
	# promises
	"promise_past": "Promised for: choose {today} or a day after it.",
	"promise_far": "Promised for: choose a day up to {most}.",
	"promise_amount": "Amount: enter more than 0, {owed} at the most.",
	"promise_by_hand": "A promise stays as it was given. Note another one, and it takes this one's place.",
	"promise_broken": "{customer} promised {amount} on {invoice} for {day} and it is not in the ledger; {owed} is open. {note}",
	# writing off
	"write_off_role": "Role: {role} may write off. Ask somebody who has it.",
	"write_off_reason": "Reason: say why it is written off.",
	"write_off_account": "Account: {company} has no write-off account. Set it in the Company, under Accounts.",
	"write_off_note": "Written off: {amount}, {entry}. {reason}",
	# finance charges
	"charge_value": "Charge: enter more than 0, for a percentage 100 at the most.",
	"charge_grace": "Days of grace: enter 0 or more.",
	"charge_minimum": "Minimum: enter 0 or more.",
	"charge_account": "Accounts: {company} has no account for finance charges. Press Set up accounts in Runbook Settings.",
	"charge_exempt": "The customer is exempt from finance charges.",
	"charge_nothing": "No invoice is overdue by more than {days} days.",
	"charge_by_hand": "A finance charge is decided by the rule. To take it back, cancel its invoice.",
	"charge_line_percent": "{invoice}: {owed} open, due {due}, {days} days overdue: {value} % is {charge}.",
	"charge_line_fixed": "{invoice}: {owed} open, due {due}, {days} days overdue: {charge}.",
	"charge_raised": "Raised by {raised} to the least charge of {minimum}.",
	"charge_title": "Finance charge {month}",
	"charge_blocked": "The finance charge of {customer} for {month} can't be posted: {error} Mend that; the next night tries again.",
	# statements
	"statement_by_hand": "A statement is written by the program. It stays.",
	"statement_no_address": "{customer} has no e-mail address, so the statement of {month} was not sent. Enter one, or send it on paper.",
	"statement_bad_address": "{customer}: mail can't go to {address}, so the statement of {month} was not sent. Correct it, or send it on paper.",
	"statement_failed": "The statement of {customer} for {month} to {address} was not sent: {error} Send it from Receivables.",
	"statement_no_account": "The statements of {month} wait: the site has no outgoing e-mail account. Set one up; the next night sends them.",
	"statement_subject": "Statement of {company}, {day}",
	"statement_nothing": "Customer: nothing is open, so there is no statement to send.",
	# consequences
	"overdue_long": "{customer} owes {owed} on {invoice}, {days} days overdue. Call, agree on a promise, or write it off.",
	"plan_suspended": "Paused: {invoice} is not paid. It goes on by itself when that is paid.",
	"plan_resumed": "Goes on: {invoice} is paid.",
}
