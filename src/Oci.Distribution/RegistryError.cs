namespace Oci.Distribution;

/// <summary>One error as a registry tells it (distribution-spec, spec.md, "Error Codes").</summary>
/// <param name="Code">The code, such as <c>BLOB_UNKNOWN</c>; registries have codes of their own too.</param>
/// <param name="Message">The registry's own words; may be empty.</param>
/// <param name="Detail">More, as the JSON that the registry sent; <see langword="null"/> where there is none.</param>
public sealed record RegistryError(string Code, string Message, string? Detail)
{
    /// <summary>The code, and the message where there is one.</summary>
    public override string ToString() => Message.Length == 0 ? Code : $"{Code}: {Message}";
}
