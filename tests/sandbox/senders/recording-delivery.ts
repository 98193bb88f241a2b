import type { CopyAddress, Delivery, DeliveryAnswer, DeliveryRequest } from "../../../src/sandbox/run/delivery.ts";

export interface Received {
  /** `REGION/ID`. */
  readonly copy: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body as a form, for Twilio. */
  readonly form: Readonly<Record<string, string>>;
}

type Answerer = (received: Received) => number | Partial<DeliveryAnswer> | Promise<number | Partial<DeliveryAnswer>>;

/** A delivery that runs nothing: it writes down what arrives, and answers as a test says. */
export class RecordingDelivery implements Delivery {
  readonly received: Received[] = [];
  /** A number is a status. */
  answer: Answerer = () => 200;

  async deliver(copy: CopyAddress, request: DeliveryRequest): Promise<DeliveryAnswer> {
    const body = Buffer.from(request.body).toString("utf8");
    const form = Object.fromEntries(new URLSearchParams(body));
    const { method, path, headers } = request;
    const received = { copy: `${copy.region}/${copy.id}`, method, path, headers, body, form };
    this.received.push(received);
    const answer = await this.answer(received);
    const parts = typeof answer === "number" ? { status: answer } : answer;
    return { status: 200, headers: {}, body: new Uint8Array(), ...parts };
  }

  /** What has come since the last time. */
  take(): Received[] {
    return this.received.splice(0);
  }
}

/** An answer with TwiML. */
export function twiml(xml: string): Partial<DeliveryAnswer> {
  return { status: 200, headers: { "content-type": "text/xml" }, body: Buffer.from(xml) };
}
