import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import type { RoleEnum, SessionOrganization, User } from "@/api";

interface Visit {
  user: User;
  organization: SessionOrganization;
  organizations: SessionOrganization[];
}

const VisitContext = createContext<Visit | null>(null);

export function VisitProvider({ visit, children }: { visit: Visit; children: ReactNode }) {
  return <VisitContext.Provider value={visit}>{children}</VisitContext.Provider>;
}

/** Who looks, and at which organization. Only below the frame. */
export function useVisit(): Visit {
  const visit = useContext(VisitContext);
  if (!visit) throw new Error("useVisit belongs inside the frame, after sign-in.");
  return visit;
}

const RANKS: Record<RoleEnum, number> = { household: 0, viewer: 1, analyst: 2, manager: 3, owner: 4 };

/** Whether the visitor's role here is at least this one. */
export function useMay(role: RoleEnum): boolean {
  return RANKS[useVisit().organization.role] >= RANKS[role];
}

/** The time, moving on every half minute so that ages stay true. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
