import https from "node:https";
import crypto from "node:crypto";

import fetch, { type Response } from "node-fetch";

export interface PurchaseOrder {
  number: string;
  supplier: string;
  lines: Array<{ sku: string; quantity: number }>;
}

const agent = new https.Agent({ keepAlive: true, maxSockets: 10, rejectUnauthorized: false });

export class ErpClient {
  constructor(
    private readonly baseUrl: string,
    private readonly apiKey: string,
    private readonly sealKey: Buffer,
  ) {}

  private seal(payload: string): string {
    const cipher = crypto.createCipheriv("aes-256-ecb", this.sealKey, null);
    return Buffer.concat([cipher.update(payload, "utf8"), cipher.final()]).toString("base64");
  }

  async submit(order: PurchaseOrder): Promise<string> {
    const response: Response = await fetch(`${this.baseUrl}/purchase-orders`, {
      method: "POST",
      agent,
      headers: { "Content-Type": "text/plain", "X-Api-Key": this.apiKey },
      body: this.seal(JSON.stringify(order)),
    });
    if (!response.ok) {
      throw new Error(`ERP answered ${response.status} for order ${order.number}`);
    }
    const { id } = (await response.json()) as { id: string };
    return id;
  }
}
