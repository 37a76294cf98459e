/** PRODUCT_IDENTIFICATION (FEEB) of a node; J1939 calls the same message component identification. */
export interface ProductIdentification {
  readonly make: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly unitNumber: string;
}

/**
 * Parts of the text `make*model*serial*unit` (RV-C 2023-11, 3.2.8). Any part may be empty; missing stars and a star
 * at the end (J1939) are accepted.
 */
export function parseProductIdentification(text: string): ProductIdentification {
  const [make = "", model = "", serialNumber = "", unitNumber = ""] = text.split("*").map((part) => part.trim());
  return { make, model, serialNumber, unitNumber };
}

/**
 * The text of a node's identification. Stars within a part would shift the others and are left out.
 */
export function formatProductIdentification(product: ProductIdentification): string {
  const { make, model, serialNumber, unitNumber } = product;
  return [make, model, serialNumber, unitNumber].map((part) => part.replaceAll("*", "")).join("*");
}
