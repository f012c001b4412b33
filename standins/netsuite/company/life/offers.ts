/**
 * Prices, promotions, coupons, campaigns and contacts in the simulated life. Most of their tables have no change time: a
 * reader must find what moved by other means. Each function returns false where nothing fits.
 */
import { round } from "../money.ts";
import { ascii, phone } from "../people.ts";
import { between, pick } from "../random.ts";
import type { Row } from "../rows.ts";
import type { Session, Stored } from "./session.ts";

const FIRST = ["Anneke", "Beniamino", "Çağla", "Dolores", "Ewan", "Fumiko", "Grzegorz", "Hélène"];
const LAST = ["Abrahamsen", "Bianchi", "Çelik", "De la Cruz", "O'Dowd", "Müller", "Nakamura", "Šimić"];
const TITLES = ["Buyer", "Head of Purchasing", "Workshop Manager", "Owner", "Accounts Payable"];
const OFFERS = ["Season opening", "Clearance", "Commuter week", "Winter service", "Loyalty"];
const RESPONSES = ["Opened", "Clicked", "Purchased", "Unsubscribed"];

/** The price of an item at one level goes up or down. */
export function editPrice(session: Session): boolean {
  const { random } = session;
  const row = pickFrom(session, "pricing", "internalid");
  if (!row) return false;
  const old = Number(row.unitprice);
  const fresh = round(old * (0.9 + random() * 0.2), 4);
  session.run(
    'UPDATE "pricing" SET unitprice = ? WHERE internalid = ?',
    fresh === old ? round(old + 0.01, 4) : fresh,
    row.internalid!,
  );
  return true;
}

/** A promotion begins. */
export function newPromotion(session: Session): boolean {
  const { random } = session;
  const some = session.one('SELECT discount FROM "promotioncode" WHERE discount IS NOT NULL ORDER BY id LIMIT 1');
  if (!some) return false;
  const id = session.next("setup");
  const isSingle = random() < 0.5;
  session.insert("promotioncode", {
    id,
    name: `${pick(random, OFFERS)} ${id}`,
    code: isSingle ? null : `OFFER${id}`,
    codepattern: isSingle ? `GIFT${id}-[#####]` : null,
    description: "For all customers",
    discount: some.discount!,
    discounttype: "PERCENT",
    rate: between(random, 5, 40),
    startdate: session.daysAgo(0),
    enddate: session.daysAgo(-between(random, 7, 60)),
    ispublic: "T",
    isinactive: "F",
    promotiontype: "Order",
    usetype: isSingle ? "SINGLEUSE" : "MULTIPLEUSE",
    applydiscountto: "ALLSALES",
  });
  return true;
}

/** A promotion gives more or less. */
export function editPromotion(session: Session): boolean {
  const row = pickFrom(session, "promotioncode", "id", "rate IS NOT NULL");
  if (!row) return false;
  const rate = between(session.random, 5, 40);
  const fresh = rate === Number(row.rate) ? rate + 1 : rate;
  session.run('UPDATE "promotioncode" SET rate = ? WHERE id = ?', fresh, row.id!);
  return true;
}

/** A customer gets a code of a promotion. */
export function sendCoupon(session: Session): boolean {
  const { random } = session;
  const promotion = pickFrom(session, "promotioncode", "id", "usetype = 'SINGLEUSE'");
  const recipient = buyer(session);
  if (!promotion || !recipient) return false;
  const id = nextOf(session, "couponcode");
  session.insert("couponcode", {
    id,
    code: `${String(promotion.codepattern ?? "CODE").split("-")[0]}-${id}${between(random, 10, 99)}`,
    promotion: promotion.id!,
    recipient: recipient.id!,
    datesent: session.daysAgo(0),
    usecount: 0,
    used: "F",
  });
  return true;
}

/** A coupon is used. */
export function useCoupon(session: Session): boolean {
  const row = pickFrom(session, "couponcode", "id", "used = 'F'");
  if (!row) return false;
  session.run(`UPDATE "couponcode" SET used = 'T', usecount = usecount + 1 WHERE id = ?`, row.id!);
  return true;
}

/** A campaign sends a mailing. */
export function newMailing(session: Session): boolean {
  const last = session.one('SELECT * FROM "campaignevent" ORDER BY id DESC LIMIT 1');
  if (!last) return false;
  const id = nextOf(session, "campaignevent");
  session.insert("campaignevent", {
    id,
    campaign: Number(last.campaign) + between(session.random, 0, 1),
    title: `${pick(session.random, OFFERS)}: mailing ${id}`,
    channel: last.channel!,
    startdate: session.daysAgo(0),
  });
  return true;
}

/** A customer answers to a mailing. */
export function answerMailing(session: Session): boolean {
  const event = pickFrom(session, "campaignevent", "id"), customer = buyer(session);
  if (!event || !customer) return false;
  session.insert("campaignresponse", {
    id: nextOf(session, "campaignresponse"),
    campaign: event.campaign!,
    campaignevent: event.id!,
    entity: customer.id!,
    response: pick(session.random, RESPONSES),
    responsedate: session.daysAgo(0),
  });
  return true;
}

/** A customer names somebody new to talk to. */
export function newContact(session: Session): boolean {
  const { random } = session;
  const customer = buyer(session);
  if (!customer) return false;
  const id = session.next("entity");
  const [first, last] = [pick(random, FIRST), pick(random, LAST)];
  session.insert("contact", {
    id,
    entityid: `${first} ${last}`,
    firstname: first,
    lastname: last,
    company: customer.id!,
    title: pick(random, TITLES),
    email: `${ascii(first)}.${ascii(last)}.${id}@example.com`.replaceAll(" ", ""),
    phone: phone(random),
    isinactive: "F",
    datecreated: session.stamp,
    lastmodifieddate: session.stamp,
  });
  session.touch("contact", id);
  return true;
}

/** A contact's telephone or title. */
export function editContact(session: Session): boolean {
  const { random } = session;
  const row = pickFrom(session, "contact", "id");
  if (!row) return false;
  session.update(
    "contact",
    Number(row.id),
    pick<Row>(random, [{ phone: phone(random) }, { title: pick(random, TITLES) }]),
  );
  return true;
}

/** A customer who has bought: such are never deleted. */
function buyer(session: Session): Stored | null {
  return pickFrom(session, "customer", "id", "firstorderdate IS NOT NULL");
}

/** A random row: the first from a random key on. */
function pickFrom(session: Session, table: string, key: string, where = "1 = 1"): Stored | null {
  const range = session.one(`SELECT MIN("${key}") AS low, MAX("${key}") AS high FROM "${table}" WHERE ${where}`);
  if (!range?.low) return null;
  const from = between(session.random, Number(range.low), Number(range.high));
  return session.one(`SELECT * FROM "${table}" WHERE "${key}" >= ? AND ${where} ORDER BY "${key}" LIMIT 1`, from);
}

/** The next id of a table of which nothing is ever deleted. */
function nextOf(session: Session, table: "couponcode" | "campaignevent" | "campaignresponse"): number {
  return Number(session.one(`SELECT COALESCE(MAX(id), 0) + 1 AS id FROM "${table}"`)!.id);
}
