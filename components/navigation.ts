import type { Right } from "../lib/access/permissions.ts";
import type { IconName } from "./Icon.tsx";

/** A page that the side navigation leads to. */
export interface Place {
  label: string;
  href: string;
  icon: IconName;
  /** Shown only to who has it; absent for what everybody may open. */
  permission?: Right;
}

/** Places under one heading; the first group has none. */
export interface PlaceGroup {
  label: string | null;
  places: Place[];
}

/** What the side navigation shows. A new page is one line here. */
export const NAVIGATION: PlaceGroup[] = [
  {
    label: null,
    places: [
      { label: "Home", href: "/", icon: "home" },
      { label: "Sync", href: "/sync", icon: "sync", permission: "sync:view" },
    ],
  },
  { label: "Reports", places: [{ label: "Sales", href: "/sales", icon: "sales", permission: "sales:view" }] },
  {
    label: "Admin",
    places: [
      { label: "Users", href: "/admin/users", icon: "users", permission: "users:manage" },
      { label: "Role Permissions", href: "/admin/roles", icon: "shield", permission: "roles:manage" },
      { label: "API keys", href: "/admin/keys", icon: "key", permission: "keys:manage" },
      { label: "Audit", href: "/admin/audit", icon: "scroll", permission: "audit:view" },
    ],
  },
];

/** Whether `path` is the page of a place (`page`), lies below it (`true`), or neither. */
export function standing(href: string, path: string): "page" | "true" | undefined {
  if (path === href) return "page";
  return href !== "/" && path.startsWith(`${href}/`) ? "true" : undefined;
}
