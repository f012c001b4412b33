/** Promotions from the source's special offers, coupons of those that need a code, and what SuiteQL shows of campaigns. */
import type { Archive } from "./archive.ts";
import { DAY, dayText } from "./days.ts";
import { CHARGES } from "./items.ts";
import { between, pick, randomFor } from "./random.ts";
import { flag, type Row } from "./rows.ts";

/** Promotions that the web shop gives codes out for, with how many; ids of {@link marketingRows}' promotions. */
const COUPONS: [promotion: number, prefix: string, count: number][] = [[110, "TIRE", 60], [115, "PEDAL", 90]];
const CHANNELS = ["E-mail", "Direct Mail", "Trade Fair", "Web"];
const RESPONSES = ["Opened", "Clicked", "Purchased", "Unsubscribed"];

/**
 * @param customers rows of the customer table
 * @param yesterday newest day of the account's documents
 * @param opened when the account was set up, seconds
 */
export function marketingRows(
  archive: Archive,
  customers: Row[],
  seed: number,
  yesterday: number,
  opened: number,
): Record<string, Row[]> {
  const random = randomFor(seed, "marketing");
  const offers = archive("specialoffer");
  const cell = (row: string[], column: string) => row[offers.at(column)]!;
  const days = (row: string[]) =>
    ["StartDate", "EndDate"].map((column) => Math.floor(Date.parse(`${cell(row, column).slice(0, 10)}Z`) / 86_400_000));
  // the source's dates are moved as those of its orders: its last offer ends a month before the account's newest day
  const shift = yesterday - 30 - Math.max(...offers.rows.map((row) => days(row)[1]!));
  const own: Row[] = [
    [1, "Retail discount", "RETAIL", CHARGES.discount, null],
    [2, "Loyalty 5%", "LOYAL5", CHARGES.discount + 1, 5],
  ].map(([id, name, code, discount, rate]) => ({
    id: id!,
    name: name!,
    code: code!,
    discount: discount!,
    discounttype: "PERCENT",
    rate: rate!,
    startdate: dayText(Math.floor(opened / DAY)),
    ispublic: "T",
    isinactive: "F",
    promotiontype: "Order",
    usetype: "MULTIPLEUSE",
    applydiscountto: "ALLSALES",
  }));
  const promotions = offers.rows.filter((row) => Number(cell(row, "DiscountPct")) > 0).map((row): Row => {
    const [start, end] = days(row).map((day) => day + shift) as [number, number];
    const id = 100 + Number(cell(row, "SpecialOfferID"));
    const isCoupon = COUPONS.some(([promotion]) => promotion === id);
    const [least, most] = [cell(row, "MinQty"), cell(row, "MaxQty")];
    return {
      id,
      name: cell(row, "Description"),
      code: isCoupon ? null : `OFFER${id}`,
      codepattern: isCoupon ? `${COUPONS.find(([promotion]) => promotion === id)![1]}-[#####]` : null,
      description: `${cell(row, "Category")}: ${cell(row, "Type")}${
        Number(least) > 0 ? `, ${least}${most ? ` to ${most}` : " and more"} units` : ""
      }`,
      discount: CHARGES.discount,
      discounttype: "PERCENT",
      rate: Math.round(Number(cell(row, "DiscountPct")) * 100),
      startdate: dayText(start),
      enddate: dayText(end),
      ispublic: flag(cell(row, "Category") === "Customer"),
      isinactive: flag(end < yesterday - 400),
      promotiontype: "Order",
      usetype: isCoupon ? "SINGLEUSE" : "MULTIPLEUSE",
      applydiscountto: "ALLSALES",
      externalid: `offer-${cell(row, "SpecialOfferID")}`,
    };
  });
  const people = customers.filter((customer) => customer.isperson === "T");
  const from = people.length > 0 ? people : customers;
  const coupons = COUPONS.flatMap(([promotion, prefix, count], nth) => {
    const start = promotions.find(({ id }) => id === promotion)!.startdate as string;
    return Array.from({ length: from.length > 0 ? count : 0 }, (_, index): Row => {
      const used = random() < 0.3;
      return {
        id: nth * 1_000 + index + 1,
        code: `${prefix}-${String(between(random, 0, 99_999)).padStart(5, "0")}`,
        promotion,
        recipient: random() < 0.8 ? pick(random, from).id! : null,
        datesent: start,
        usecount: used ? 1 : 0,
        used: flag(used),
      };
    });
  });
  const named = (names: string[]) => names.map((name, index): Row => ({ id: index + 1, name, isinactive: "F" }));
  const events = promotions.slice(-6).map((promotion, index): Row => ({
    id: index + 1,
    campaign: 1 + Math.floor(index / 2),
    title: `${promotion.name}: mailing`,
    channel: 1 + index % CHANNELS.length,
    startdate: promotion.startdate!,
  }));
  const answers = events.flatMap((event) =>
    Array.from({ length: from.length > 0 ? between(random, 8, 24) : 0 }, (): Row => ({
      campaign: event.campaign!,
      campaignevent: event.id!,
      entity: pick(random, from).id!,
      response: pick(random, RESPONSES),
      responsedate: event.startdate!,
    }))
  );
  return {
    promotioncode: [...own, ...promotions],
    couponcode: coupons,
    campaignaudience: named(["Resellers", "Web customers", "Newsletter"]),
    campaigncategory: named(["Clearance", "New products", "Season"]),
    campaignchannel: named(CHANNELS),
    campaignfamily: named(["Bikes", "Components", "Clothing", "Accessories"]),
    campaignoffer: named(["Discount", "Free shipping"]),
    campaignvertical: named(["Retail", "Rental"]),
    campaignevent: events,
    campaignresponse: answers.map((answer, index) => ({ id: index + 1, ...answer })),
  };
}
