import { generateKeyPairSync, sign } from "node:crypto";

/* X.509 in DER, as far as a browser that has been told to trust anybody reads it. */

const part = (tag: number, ...contents: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(contents);
  // DER wants the shortest form of a length.
  const length =
    body.length < 0x80
      ? [body.length]
      : body.length < 0x100
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
};
const sequence = (...contents: readonly Uint8Array[]) => part(0x30, ...contents);
const hex = (digits: string) => Buffer.from(digits, "hex");

const commonName = part(0x06, hex("550403"));
const ecdsaWithSha256 = sequence(part(0x06, hex("2a8648ce3d040302")));

/** A key, and a certificate for a year that it has signed itself, both as PEM. Made anew each time: no key is kept. */
export function selfSigned(name: string): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const time = (ms: number) =>
    part(0x17, Buffer.from(`${new Date(ms).toISOString().slice(2, 19).replace(/[-:T]/g, "")}Z`));
  const who = sequence(part(0x31, sequence(commonName, part(0x0c, Buffer.from(name)))));
  const day = 86_400_000;
  const signed = sequence(
    part(0x02, Buffer.from([1])),
    ecdsaWithSha256,
    who,
    sequence(time(Date.now() - day), time(Date.now() + 365 * day)),
    who,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = part(0x03, Buffer.from([0]), sign("sha256", signed, privateKey));
  const lines =
    sequence(signed, ecdsaWithSha256, signature)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
  };
}
