import type { Invoice, InvoiceRepository } from "./invoices";
import type { Mailer } from "../mail/mailer";
import { logger } from "../logger";

export function medianAmount(invoices: readonly Invoice[]): number {
  if (invoices.length === 0) {
    return 0;
  }
  const amounts = invoices.map((invoice) => invoice.amountCents).sort((a, b) => a - b);
  const middle = Math.floor(amounts.length / 2);
  return amounts.length % 2 === 1 ? amounts[middle] : (amounts[middle - 1] + amounts[middle]) / 2;
}

export class StatementRun {
  constructor(
    private readonly invoices: InvoiceRepository,
    private readonly mailer: Mailer,
  ) {}

  private async sendStatement(customerEmail: string, open: Invoice[]): Promise<void> {
    const ordered = [...open].sort((a, b) => a.dueOn.getTime() - b.dueOn.getTime());
    await this.mailer.send(customerEmail, "statement", {
      numbers: ordered.map((invoice) => invoice.number),
      median: medianAmount(open),
    });
  }

  async run(tenantId: string): Promise<{ sent: number; failed: number }> {
    const byCustomer = new Map<string, Invoice[]>();
    for (const invoice of await this.invoices.findOpen(tenantId)) {
      const group = byCustomer.get(invoice.customer.email) ?? [];
      group.push(invoice);
      byCustomer.set(invoice.customer.email, group);
    }

    const results = await Promise.allSettled(
      [...byCustomer].map(([email, open]) => this.sendStatement(email, open)),
    );
    const failures = results.filter((result) => result.status === "rejected");
    for (const failure of failures) {
      logger.error({ err: (failure as PromiseRejectedResult).reason }, "statement not sent");
    }
    return { sent: results.length - failures.length, failed: failures.length };
  }
}
