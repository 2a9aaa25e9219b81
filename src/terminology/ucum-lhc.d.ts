// As much of @lhncbc/ucum-lhc as is used; it comes without types of its own.
declare module '@lhncbc/ucum-lhc' {
  export class UcumLhcUtils {
    /** Always the same; made when it is first asked for. */
    static getInstance(): UcumLhcUtils;
    validateUnitString(unit: string): {
      readonly status: 'valid' | 'invalid' | 'error';
      readonly unit: { readonly name?: string | null } | null;
    };
    convertToBaseUnits(
      unit: string,
      value: number,
    ):
      | { readonly status: 'failed' | 'error' }
      | {
          readonly status: 'succeeded';
          readonly magnitude: number;
          /** Powers by base unit. */
          readonly unitToExp: Readonly<Record<string, number>>;
        };
  }
}
