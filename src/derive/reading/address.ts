/** A telephone number as digits, without what countries and trunks put before: the last nine tell numbers apart. */
export function digitsOf(number: string): string {
  const digits = number.replace(/\D+/gu, "");
  return digits.length >= 5 ? digits.slice(-9) : "";
}

/** An address of mail or telephone in one form; empty when it is neither. */
export function addressOf(text: string): string {
  const plain = text
    .trim()
    .toLowerCase()
    .replace(/^(?:mailto|tel|sip):/u, "");
  if (/^[^\s@<>]+@[^\s@<>]+$/u.test(plain)) return plain;
  return /^[+\d][\d\s()./-]*$/u.test(plain) ? digitsOf(plain) : "";
}

/** Providers whose addresses tell nothing of where one works. */
const providers =
  /(?:^|\.)(?:gmail|googlemail|yahoo|ymail|outlook|hotmail|live|msn|icloud|me|mac|aol|gmx|web|mail|posteo|mailbox|proton|protonmail|pm|tutanota|tuta|zoho|yandex|qq|163|126|sina|foxmail|naver|daum|rediffmail|free|orange|laposte|wanadoo|libero|t-online|freenet|btinternet|comcast|verizon|att|sbcglobal|fastmail|hey|example)\.[a-z.]{2,8}$/u;

/** The domain of an employer's or a school's address; empty for those that anyone can have. */
export function ownDomain(address: string): string {
  const domain = address.split("@")[1] ?? "";
  return domain === "" || providers.test(domain) ? "" : domain;
}
