/** What keeps a record from being deleted: columns of other tables that name it. */
export const TARGETED_LISTS: Record<string, [table: string, column: string][]> = {
  customer: [["transaction", "entity"], ["customer", "parent"], ["contact", "company"]],
  vendor: [["transaction", "entity"], ["itemvendor", "vendor"]],
  employee: [["transaction", "employee"], ["customer", "salesrep"], ["employee", "supervisor"]],
  item: [["transactionline", "item"], ["itemvendor", "item"], ["inventoryitemlocations", "item"], [
    "assemblyitemlocations",
    "item",
  ]],
  department: [["transactionline", "department"], ["department", "parent"], ["employee", "department"]],
  classification: [["transactionline", "class"], ["classification", "parent"], ["item", "class"]],
  location: [["transactionline", "location"], ["location", "parent"]],
};
