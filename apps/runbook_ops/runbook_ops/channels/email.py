"""E-mail through the site's default outgoing account."""

import smtplib
from email.message import EmailMessage
from email.utils import formataddr, formatdate, parseaddr
from html import escape

import frappe
from frappe.email.doctype.email_account.email_account import EmailAccount

from .message import Attachment, ChannelRefused, ChannelUnavailable, ChannelUnclear, Finding, Message, Outcome

TIMEOUT_SECONDS = 10


class Email:
	"""SMTP accepts a message or not; afterwards nobody can be asked whether it has it."""

	can_look_up = False

	def send(self, message: Message) -> str:
		"""Hand the message to the mail server."""
		if frappe.are_emails_muted():
			return "muted: this site sends no mail"
		account = EmailAccount.find_default_outgoing()
		if not account:
			raise ChannelRefused("no_mail_account")
		mail = compose(message, account)
		server = account.get_smtp_server()
		server.timeout = TIMEOUT_SECONDS  # its own is as long as a lease
		try:
			session = server.session
		except (OSError, smtplib.SMTPException, frappe.ValidationError) as error:
			raise ChannelUnavailable(str(error)) from error
		try:
			session.send_message(mail)
		except smtplib.SMTPRecipientsRefused as refused:
			code, answer = next(iter(refused.recipients.values()))
			self._refuse(message, code, answer, refused)
		except smtplib.SMTPResponseException as refused:
			self._refuse(message, refused.smtp_code, refused.smtp_error, refused)
		except (smtplib.SMTPNotSupportedError, ValueError) as refused:
			self._refuse(message, 553, str(refused), refused)
		except OSError as lost:
			raise ChannelUnclear(f"{type(lost).__name__}: {lost}") from lost
		finally:
			_close(session)
		return f"accepted by {account.smtp_server}"

	def look_up(self, message: Message) -> Finding:
		"""SMTP can't tell."""
		return Finding(Outcome.UNKNOWN)

	@staticmethod
	def _refuse(message: Message, code: int, answer: bytes | str, cause: Exception) -> None:
		text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
		if 500 <= code < 600:
			values = {"recipient": message.recipient, "answer": f"{code} {text}"}
			raise ChannelRefused("address_refused", values) from cause
		if 400 <= code < 500:
			raise ChannelUnavailable(f"{code} {text}") from cause
		raise ChannelUnclear(f"{code} {text}") from cause  # no answer of SMTP: it may have the mail or not


def compose(message: Message, account: EmailAccount) -> EmailMessage:
	"""The message as text and as plain HTML; what customers typed is escaped."""
	mail = EmailMessage()
	mail["Subject"] = message.subject
	mail["From"] = formataddr(
		(
			account.name if not account.get("email_account_name") else account.email_account_name,
			account.email_id,
		)
	)
	mail["To"] = parseaddr(message.recipient)[1]
	mail["Message-ID"] = message.message_id
	mail["Date"] = formatdate(localtime=False)
	mail["Auto-Submitted"] = "auto-generated"
	mail.set_content(message.body)
	paragraphs = "".join(f"<p>{part}</p>" for part in to_html_parts(message.body))
	mail.add_alternative(
		f'<div style="font-family: sans-serif; line-height: 1.5">{paragraphs}</div>', subtype="html"
	)
	for attachment in message.attachments:
		_attach(mail, attachment)
	return mail


def _attach(mail: EmailMessage, attachment: Attachment) -> None:
	"""As a file, and an invitation also as a further showing of the text: mail programs offer to answer that one only."""
	content = EmailMessage()
	content["Content-Type"] = attachment.media_type
	subtype = content.get_content_subtype()
	if subtype == "calendar":
		params = dict(content["Content-Type"].params)
		mail.add_alternative(attachment.text, subtype=subtype, params=params)
	mail.add_attachment(
		attachment.text.encode(),
		maintype=content.get_content_maintype(),
		subtype=subtype,
		filename=attachment.name,
		params=dict(content["Content-Type"].params),
	)


def to_html_parts(body: str) -> list[str]:
	"""The paragraphs of a text as escaped HTML."""
	return [escape(part).replace("\n", "<br>") for part in body.split("\n\n") if part.strip()]


def _close(session: smtplib.SMTP) -> None:
	try:
		session.quit()
	except (OSError, smtplib.SMTPException):
		session.close()
