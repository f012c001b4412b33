/** Random documents and commands of the supported subset, for comparing two servers. Same seed, same commands. */
import { Decimal128, Double, Int32, Long, ObjectId } from "mongodb";

export type Json = unknown;
export type Fields = Record<string, Json>;

/** A small generator of random numbers (mulberry32). */
export class Random {
  constructor(private state: number) {}
  next(): number {
    let t = this.state += 0x6d2b79f5;
    t = Math.imul(t ^ t >>> 15, t | 1);
    t ^= t + Math.imul(t ^ t >>> 7, t | 61);
    return ((t ^ t >>> 14) >>> 0) / 4294967296;
  }
  int(n: number): number {
    return Math.floor(this.next() * n);
  }
  pick<T>(list: readonly T[]): T {
    return list[this.int(list.length)]!;
  }
  chance(p: number): boolean {
    return this.next() < p;
  }
}

const TEXTS = ["", "a", "b", "ab", "B", "zebra", "é", "日本", "a b", "10", "x\ty"];
const FIELDS = ["a", "b", "c", "d", "e"];
const PATHS = ["a", "b", "c", "d", "e", "a.x", "b.y", "c.x", "d.0", "e.x.y", "missing", "_id"];

export function scalar(r: Random): Json {
  switch (r.int(14)) {
    case 0:
      return null;
    case 1:
      return r.chance(0.5);
    case 2:
    case 3:
    case 4:
      return new Int32(r.int(7) - 2);
    case 5:
      return new Double(r.pick([0, 1, 2, 2.5, -1.25, 1e10, 3]));
    case 6:
      return Long.fromBigInt(BigInt(r.pick([0, 1, 3, 5_000_000_000, -7])));
    case 7:
      return Decimal128.fromString(r.pick(["1", "7.25", "0.1", "-3", "12345678901234567890.5"]));
    case 8:
      return new Date(1_700_000_000_000 + r.int(5) * 86_400_000 * 17);
    case 9:
      return new ObjectId("65a1b2c3d4e5f60718293a4" + r.int(3));
    default:
      return r.pick(TEXTS);
  }
}

export function value(r: Random, depth = 2): Json {
  const kind = depth > 0 ? r.int(10) : 0;
  if (kind === 9) return Array.from({ length: 1 + r.int(3) }, () => value(r, depth - 1));
  if (kind === 8) {
    return Object.fromEntries(["x", "y"].filter(() => r.chance(0.7)).map((name) => [name, value(r, depth - 1)]));
  }
  return scalar(r);
}

export function document(r: Random, id: number): Fields {
  const out: Fields = { _id: id };
  for (const name of FIELDS) if (r.chance(0.75)) out[name] = value(r);
  return out;
}

const RANGE = ["$gt", "$gte", "$lt", "$lte"];

export function condition(r: Random): Json {
  switch (r.int(13)) {
    case 0:
    case 1:
      return value(r, 1);
    case 2:
      return { $ne: scalar(r) };
    case 3:
    case 4:
      return { [r.pick(RANGE)]: scalar(r) };
    case 5:
      return { $gte: new Int32(r.int(3) - 1), $lt: new Int32(r.int(6)) };
    case 6:
      return { $in: [scalar(r), scalar(r), scalar(r)] };
    case 7:
      return { $nin: [scalar(r), scalar(r)] };
    case 8:
      return { $exists: r.chance(0.5) };
    case 9:
      return {
        $type: r.pick([
          "string",
          "int",
          "long",
          "double",
          "decimal",
          "array",
          "object",
          "bool",
          "date",
          "number",
          "objectId",
        ]),
      };
    case 10:
      return { $size: r.int(3) };
    case 11:
      return r.chance(0.5) ? { $not: { [r.pick(RANGE)]: scalar(r) } } : { $elemMatch: { [r.pick(RANGE)]: scalar(r) } };
    default:
      return { $regex: r.pick(["^a", "b$", "e.r", "A"]), $options: r.pick(["", "i"]) };
  }
}

export function filter(r: Random, depth = 1): Fields {
  if (depth && r.chance(0.2)) {
    return { [r.pick(["$and", "$or", "$nor"])]: Array.from({ length: 1 + r.int(3) }, () => filter(r, 0)) };
  }
  const out: Fields = {};
  for (let i = r.int(3); i >= 0; i--) out[r.pick(PATHS)] = condition(r);
  return out;
}

const sort = (r: Random): Fields => {
  const out: Fields = {};
  for (let i = r.int(2); i >= 0; i--) out[r.pick(FIELDS)] = r.chance(0.5) ? 1 : -1;
  return { ...out, _id: r.chance(0.5) ? 1 : -1 };
};

const projection = (r: Random): Fields => {
  const keep = r.chance(0.6) ? 1 : 0, out: Fields = {};
  for (let i = r.int(2); i >= 0; i--) out[r.pick(["a", "b", "c", "d.x", "e.x"])] = keep;
  if (r.chance(0.3)) out._id = 0;
  return out;
};

export function update(r: Random): Fields {
  const out: Fields = {}, free = [...FIELDS.filter(() => r.chance(0.8)), "l"];
  for (let i = 1 + r.int(3); i > 0; i--) {
    const at = free.splice(r.int(free.length), 1)[0];
    if (!at) break;
    switch (r.int(10)) {
      case 0:
      case 1:
        out.$set = { ...out.$set as Fields, [r.chance(0.3) ? at + ".x" : at]: value(r, 1) };
        break;
      case 2:
        out.$unset = { ...out.$unset as Fields, [at]: 1 };
        break;
      case 3:
        out.$inc = { ...out.$inc as Fields, n: new Int32(1 + r.int(5)) };
        break;
      case 4:
        out.$setOnInsert = { ...out.$setOnInsert as Fields, [at]: scalar(r) };
        break;
      case 5:
        out.$push = {
          ...out.$push as Fields,
          [at]: r.chance(0.5) ? scalar(r) : { $each: [scalar(r), scalar(r)], $slice: r.pick([2, -2, 5]) },
        };
        break;
      case 6:
        out.$addToSet = {
          ...out.$addToSet as Fields,
          [at]: r.chance(0.5) ? scalar(r) : { $each: [scalar(r), scalar(r)] },
        };
        break;
      case 7:
        out.$pull = { ...out.$pull as Fields, [at]: r.chance(0.5) ? scalar(r) : { $gte: new Int32(r.int(3)) } };
        break;
      case 8:
        out.$min = { ...out.$min as Fields, [at]: scalar(r) };
        break;
      default:
        out.$max = { ...out.$max as Fields, [at]: scalar(r) };
    }
  }
  return out;
}

const path = (r: Random) => "$" + r.pick(["a", "b", "c", "d", "e", "a.x", "c.y", "missing"]);

/**
 * An expression; those that fail on some types are guarded by `$cond` on the type. Dates keep to what the compared engine gets
 * right: it truncates to a day or a week wrongly, and adds days across a change of the clocks as hours.
 */
export function expression(r: Random, depth = 2): Json {
  if (depth === 0) return r.chance(0.7) ? path(r) : { $literal: scalar(r) };
  const e = () => expression(r, depth - 1);
  const num = (p = path(r)) => ({ $cond: [isNumber(p), p, new Int32(3)] });
  const list = (p = path(r)) => ({ $cond: [{ $isArray: p }, p, [1, 2]] });
  const when = { $dateAdd: { startDate: new Date(1_704_000_000_000), unit: "hour", amount: new Int32(r.int(5000)) } };
  const timezone = r.pick(["UTC", "Europe/Berlin", "America/New_York", "+05:30", "Asia/Kolkata"]);
  switch (r.int(18)) {
    case 0:
      return { [r.pick(["$eq", "$ne", "$gt", "$gte", "$lt", "$lte"])]: [e(), e()] };
    case 1:
      return { [r.pick(["$and", "$or"])]: [e(), e()] };
    case 2:
      return { $not: [e()] };
    case 3:
      return { $cond: [e(), e(), e()] };
    case 4:
      return { $ifNull: [e(), e()] };
    case 5:
    case 6:
      return { [r.pick(["$add", "$multiply", "$subtract"])]: [num(), num()] };
    case 7:
      return { [r.pick(["$abs", "$trunc"])]: num() };
    case 8:
      return { $divide: [num(), new Int32(1 + r.int(4))] };
    case 9:
      return { $type: e() };
    case 10:
      return { $map: { input: list(), as: "v", in: r.pick([{ $type: "$$v" }, { $eq: ["$$v", scalar(r)] }]) } };
    case 11: {
      const unit = r.pick(["year", "quarter", "month", "hour", "minute"]);
      const bins = r.chance(0.5) ? { binSize: 1 + r.int(3) } : {};
      return { $dateTrunc: { date: when, unit, timezone, ...bins } };
    }
    case 12: {
      const unit = r.pick(["year", "quarter", "month", "week", "day", "hour", "minute"]);
      return { $dateAdd: { startDate: when, unit, amount: r.int(30) - 10, timezone: r.pick(["UTC", "Asia/Kolkata"]) } };
    }
    case 13:
      return { $toLong: { $trunc: num() } };
    case 14:
      return { $sum: [path(r), path(r)] };
    case 15:
      return { $filter: { input: list(), cond: { $gte: ["$$this", scalar(r)] } } };
    case 16:
      return { $in: [e(), list()] };
    default:
      return { $size: list() };
  }
}

/** Whether a path holds a number, of the types that all engines calculate with alike. */
const isNumber = (p: Json) => ({ $or: ["int", "long", "double"].map((type) => ({ $eq: [{ $type: p }, type] })) });
/** Guarded where engines may differ: a decimal in `$avg`, which of several equal numbers is the least, a missing `$first`. */
const plain = (e: Json): Json => ({
  $cond: [
    isNumber(e),
    { $multiply: [e, new Double(1)] },
    { $cond: [{ $eq: [{ $type: e }, "decimal"] }, null, { $ifNull: [e, null] }] },
  ],
});
const accumulator = (r: Random): Json => {
  const op = r.pick(["$sum", "$avg", "$min", "$max", "$push", "$first"]), p = path(r);
  if (op === "$avg") return { $avg: { $cond: [{ $eq: [{ $type: p }, "decimal"] }, null, p] } };
  if (op === "$min" || op === "$max") return { [op]: plain(p) };
  const e = r.chance(0.7) ? p : expression(r, 1);
  return { [op]: op === "$first" ? { $ifNull: [e, null] } : e };
};

export function pipeline(r: Random): Json[] {
  const stages: Json[] = [];
  if (r.chance(0.6)) stages.push({ $match: filter(r) });
  stages.push({ $sort: { _id: 1 } });
  switch (r.int(10)) {
    case 0:
    case 1:
    case 2:
      stages.push({
        $group: {
          _id: r.chance(0.2) ? null : r.chance(0.5) ? plain(path(r)) : { $type: expression(r, 1) },
          s: accumulator(r),
          t: accumulator(r),
          n: { $sum: 1 },
        },
      });
      break;
    case 3:
    case 4:
      stages.push({ $project: { a: 1, k: expression(r), m: expression(r) } });
      break;
    case 5:
      stages.push({ [r.pick(["$project", "$set"])]: { k: expression(r), "e.q": expression(r, 1) } });
      if (r.chance(0.3)) stages.push({ $unset: r.pick<Json>(["a", ["b", "e.q"]]) });
      break;
    case 6:
      stages.push({
        $unwind: r.chance(0.5) ? path(r) : { path: path(r), preserveNullAndEmptyArrays: true },
      });
      break;
    case 7:
      stages.push({
        $lookup: {
          from: "other",
          localField: r.pick(["a", "b", "d"]),
          foreignField: r.pick(["a", "b"]),
          as: "found",
          pipeline: [{ $sort: { _id: 1 } }, { $project: { a: 1 } }],
        },
      });
      break;
    case 8:
      stages.push({
        $lookup: {
          from: "other",
          let: { v: path(r) },
          pipeline: [{ $match: { $expr: { $eq: ["$a", "$$v"] } } }, { $sort: { _id: 1 } }, { $limit: 2 }],
          as: "found",
        },
      });
      break;
    default:
      stages.push({ $skip: r.int(3) }, ...r.pick([[{ $limit: 2 }], [{ $limit: 3 }, { $skip: 1 }]]));
  }
  return stages;
}

/** One random command against the collection `main`. */
export function command(r: Random, ids: number): Fields {
  switch (r.int(20)) {
    case 0:
    case 1:
      return {
        insert: "main",
        documents: Array.from({ length: 1 + r.int(3) }, () => document(r, r.int(ids))),
        ordered: r.chance(0.5),
      };
    case 2:
    case 3:
    case 4: {
      const updates = Array.from({ length: 1 + r.int(2) }, () => {
        const multi = r.chance(0.4), q = multi ? filter(r) : { _id: r.int(ids) };
        return {
          q,
          u: !multi && r.chance(0.3) ? (({ _id: _, ...rest }) => rest)(document(r, 0)) : update(r),
          upsert: !multi && r.chance(0.4),
          multi,
        };
      });
      return { update: "main", updates, ordered: r.chance(0.5) };
    }
    case 5:
      return {
        delete: "main",
        deletes: [{
          q: r.chance(0.5) ? { _id: r.int(ids) } : { ...filter(r), _id: { $gte: r.int(ids), $lt: ids } },
          limit: 0,
        }],
      };
    case 6:
      return {
        findAndModify: "main",
        query: { _id: r.int(ids) },
        update: update(r),
        new: r.chance(0.5),
        upsert: r.chance(0.3),
      };
    case 7:
      return { findAndModify: "main", query: filter(r), sort: { _id: 1 }, remove: true };
    case 8:
      return { count: "main", query: filter(r) };
    case 9:
      return { distinct: "main", key: r.pick(["a", "b", "c", "d", "a.x"]), query: filter(r) };
    case 10:
    case 11:
    case 12:
    case 13:
    case 14:
      return {
        find: "main",
        filter: filter(r),
        sort: sort(r),
        ...(r.chance(0.5) ? { projection: projection(r) } : {}),
        ...(r.chance(0.3) ? { skip: r.int(4), limit: 1 + r.int(6) } : {}),
        batchSize: 1000,
      };
    default:
      return { aggregate: "main", pipeline: pipeline(r), cursor: { batchSize: 1000 } };
  }
}
