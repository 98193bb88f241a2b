/** What keys and tokens of the usual services look like, wherever they stand. */
const shapes = [
  // Stripe, and others that copied its form.
  /\b(?:sk|rk|pk|whsec)_[A-Za-z0-9_]{4,}/g,
  // Telegram bots.
  /\b\d{6,12}:[A-Za-z0-9_-]{20,}/g,
  // Twilio, and digests used as secrets.
  /\b[0-9a-fA-F]{32,}\b/g,
  // Google: access tokens, API keys, OAuth secrets.
  /\bya29\.[\w.-]+|\bAIza[\w-]{20,}|\bGOCSPX-[\w-]+/g,
  // GitHub, GitLab, Slack, SendGrid, Amazon.
  /\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|SG\.)[\w.-]{10,}|\bAKIA[0-9A-Z]{16}\b/g,
  // JSON web tokens, private keys, "Bearer …".
  /\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g,
  /(?<=-----BEGIN [A-Z ]*PRIVATE KEY-----)[^-"'`]+/g,
  /(?<=\bBearer )[\w.~+/=-]{8,}/g,
  // User info and telling query values of URLs.
  /(?<=:\/\/)[^\s/@"'`]+(?=@)/g,
  /(?<=[?&#](?:\w*(?:key|token|secret|password|signature)|sig|auth|code)=)[^\s&#"'`]+/gi,
];

/**
 * Replaces what looks like a key or token with asterisks of the same length, so that columns stay in place. Text of
 * files is shown and kept only after this.
 */
export function maskSecrets(text: string): string {
  let masked = text;
  for (const shape of shapes) masked = masked.replace(shape, (found) => "*".repeat(found.length));
  return masked;
}
