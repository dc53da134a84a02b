import { useEffect, useMemo, useState } from "react";

import { fetchOccupancy, type Occupancy } from "../api/occupancy";

const REFRESH_MS = 30_000;

export function useOccupancy(roomIds: string[]): Map<string, Occupancy> {
  const [entries, setEntries] = useState<Occupancy[]>([]);
  const key = roomIds.join(",");

  useEffect(() => {
    const controller = new AbortController();

    const refresh = async () => {
      try {
        setEntries(await fetchOccupancy(key.split(",").filter(Boolean), { signal: controller.signal }));
      } catch (error) {
        if (!controller.signal.aborted) {
          console.error("occupancy could not be refreshed", error);
        }
      }
    };
    const onVisible = () => {
      if (document.visibilityState === "visible") {
        void refresh();
      }
    };

    void refresh();
    const timer = window.setInterval(refresh, REFRESH_MS);
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      controller.abort();
      window.clearInterval(timer);
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [key]);

  return useMemo(() => new Map(entries.map((entry) => [entry.roomId, entry])), [entries]);
}
