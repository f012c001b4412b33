/** Custom fields of the account: their catalogue, and their values, which follow from what the records are. */
import type { DatabaseSync } from "node:sqlite";
import type { Row } from "./rows.ts";

/** A custom field: what NetSuite calls its kind of record and its type, and SQL that fills it in. */
interface CustomField {
  scriptid: string;
  name: string;
  fieldtype: "BODY" | "COLUMN" | "ENTITY" | "ITEM" | "RECORD";
  fieldvaluetype: string;
  /** Tables with the column; `fill` is the UPDATE of each that gives some rows a value. */
  fill?: string;
}

/** Number of the record type that a catalogue row names, by kind of field. */
const RECORD_TYPES = { BODY: -30, COLUMN: -30, ENTITY: -2, ITEM: -10, RECORD: null };

/** Every custom field of the account. */
export const CUSTOM_FIELDS: CustomField[] = [
  { scriptid: "custbody_channel_ref", name: "Channel reference", fieldtype: "BODY", fieldvaluetype: "Free-Form Text" },
  { scriptid: "custentity_segment", name: "Segment", fieldtype: "ENTITY", fieldvaluetype: "Free-Form Text" },
  { scriptid: "custitem_color", name: "Color", fieldtype: "ITEM", fieldvaluetype: "Free-Form Text" },
  {
    scriptid: "custrecord_territory_country",
    name: "Country",
    fieldtype: "RECORD",
    fieldvaluetype: "Free-Form Text",
  },
  {
    scriptid: "custbody_gift_wrap",
    name: "Gift wrap",
    fieldtype: "BODY",
    fieldvaluetype: "Check Box",
    fill: `UPDATE "transaction" SET custbody_gift_wrap = CASE WHEN id % 4 = 0 THEN 'T' ELSE 'F' END
      WHERE type = 'SalesOrd' AND source = 'web' AND id % 3 = 0`,
  },
  {
    scriptid: "custbody_needed_by",
    name: "Needed by",
    fieldtype: "BODY",
    fieldvaluetype: "Date",
    fill: `UPDATE "transaction" SET custbody_needed_by = date(trandate, '+' || (3 + id % 25) || ' days')
      WHERE type IN ('SalesOrd', 'PurchOrd') AND id % 5 = 0`,
  },
  {
    scriptid: "custbody_priority",
    name: "Priority",
    fieldtype: "BODY",
    fieldvaluetype: "List/Record",
    fill: `UPDATE "transaction" SET custbody_priority = 1 + id % 3 WHERE type = 'SalesOrd' AND id % 6 = 0`,
  },
  {
    scriptid: "custcol_engraving",
    name: "Engraving",
    fieldtype: "COLUMN",
    fieldvaluetype: "Text Area",
    fill: `UPDATE "transactionline" SET custcol_engraving = 'No. ' || uniquekey || CASE uniquekey % 3 WHEN 0 THEN '
for “Zoë”' ELSE '' END WHERE itemtype = 'InvtPart' AND mainline = 'F' AND uniquekey % 97 = 0`,
  },
  {
    scriptid: "custcol_margin_rate",
    name: "Margin",
    fieldtype: "COLUMN",
    fieldvaluetype: "Decimal Number",
    fill: `UPDATE "transactionline" SET custcol_margin_rate = round((uniquekey % 4000 - 500) / 10000.0, 4)
      WHERE itemtype = 'InvtPart' AND mainline = 'F' AND uniquekey % 31 = 0`,
  },
  {
    scriptid: "custentity_account_group",
    name: "Account group",
    fieldtype: "ENTITY",
    fieldvaluetype: "List/Record",
    fill: `UPDATE "customer" SET custentity_account_group = 1 + id % 5 WHERE isperson = 'F'`,
  },
  {
    scriptid: "custentity_reviewed_at",
    name: "Last reviewed",
    fieldtype: "ENTITY",
    fieldvaluetype: "Date/Time",
    fill: `UPDATE "customer" SET custentity_reviewed_at = lastmodifieddate WHERE id % 4 = 0`,
  },
  {
    scriptid: "custentity_rating",
    name: "Rating",
    fieldtype: "ENTITY",
    fieldvaluetype: "Decimal Number",
    fill: `UPDATE "vendor" SET custentity_rating = 1 + (id % 9) / 2.0 WHERE id % 3 > 0`,
  },
  {
    scriptid: "custitem_launch_date",
    name: "Launch date",
    fieldtype: "ITEM",
    fieldvaluetype: "Date",
    fill: `UPDATE "item" SET custitem_launch_date = date(createddate, '-' || (id % 900) || ' days') WHERE id % 2 = 0`,
  },
  {
    scriptid: "custitem_is_hazardous",
    name: "Hazardous",
    fieldtype: "ITEM",
    fieldvaluetype: "Check Box",
    fill: `UPDATE "item" SET custitem_is_hazardous = CASE WHEN id % 50 = 0 THEN 'T' ELSE 'F' END
      WHERE itemtype = 'InvtPart'`,
  },
];

/** Rows of the catalogue. */
export function catalogueRows(stamp: string): Row[] {
  return CUSTOM_FIELDS.map(({ scriptid, name, fieldtype, fieldvaluetype }, index) => ({
    internalid: index + 1,
    scriptid,
    name,
    fieldtype,
    fieldvaluetype,
    isstored: "T",
    isinactive: "F",
    recordtype: RECORD_TYPES[fieldtype],
    lastmodifieddate: stamp,
  }));
}

/** Gives the records their custom values. To be called when all of them are there. */
export function fillCustomFields(db: DatabaseSync): void {
  for (const { fill } of CUSTOM_FIELDS) if (fill) db.exec(fill);
}
