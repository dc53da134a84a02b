import type { PrismaClient } from "@prisma/client";

import { logger } from "../logger";

export interface CountedItem {
  sku: string;
  counted: number;
}

export interface Deviation {
  sku: string;
  expected: number;
  counted: number;
}

export class StockReconciler {
  constructor(private readonly prisma: PrismaClient) {}

  async deviations(warehouseId: string, items: CountedItem[]): Promise<Deviation[]> {
    const result: Deviation[] = [];
    for (const item of items) {
      const stock = await this.prisma.stockLevel.findUnique({
        where: { warehouseId_sku: { warehouseId, sku: item.sku } },
        select: { quantity: true },
      });
      const expected = stock?.quantity ?? 0;
      if (expected !== item.counted) {
        result.push({ sku: item.sku, expected, counted: item.counted });
      }
    }
    logger.info({ warehouseId, deviations: result.length }, "stock count reconciled");
    return result;
  }
}
