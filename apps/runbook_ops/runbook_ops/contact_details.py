"""Phone numbers and e-mail addresses in one way of writing, so that the same one is recognised."""

import re

import frappe
import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_possible_number

EMAIL = re.compile(
	r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
)
LONGEST_EMAIL = 140
LONGEST_PHONE = 40


def normal_email(text: str) -> str | None:
	"""The address in small letters; None when it is none that mail can be sent to."""
	address = text.strip().lower()
	if len(address) > LONGEST_EMAIL or ".." in address or not EMAIL.fullmatch(address):
		return None
	local = address.partition("@")[0]
	return None if local.startswith(".") or local.endswith(".") else address


def normal_phone(text: str, country: str | None = None) -> str | None:
	"""The number as +15595550101; None when it is none. Without a country code it is one of `country`, a code as US."""
	if len(text) > LONGEST_PHONE:
		return None
	try:
		number = phonenumbers.parse(text.strip(), (country or "").upper() or None)
	except NumberParseException:
		return None
	return format_number(number, PhoneNumberFormat.E164) if is_possible_number(number) else None


def ways_to_write(phone: str) -> tuple[str, ...]:
	"""The usual ways in which a normal number may have been typed into a record."""
	number = phonenumbers.parse(phone)
	national = format_number(number, PhoneNumberFormat.NATIONAL)
	whole = format_number(number, PhoneNumberFormat.INTERNATIONAL)
	code = f"+{number.country_code}"
	digits = str(number.national_number)
	plain = re.sub(r"\D", "", national)
	ways = {
		phone,
		phone[1:],
		national,
		whole,
		whole.replace("-", " "),
		f"{code}-{digits}",
		f"{code} {digits}",
		plain,
		digits,
	}
	return tuple(sorted(ways))


def home_country(company: str | None) -> str | None:
	"""The code of the country that a company's customers dial in."""
	country = company and frappe.get_cached_value("Company", company, "country")
	code = country and frappe.get_cached_value("Country", country, "code")
	return code.upper() if code else None
