namespace Oci.Image.Tar;

/// <summary>An extended attribute of an entry. Its value is bytes: file capabilities and ACLs are binary.</summary>
/// <param name="name">The full name, such as <c>user.mime_type</c> or <c>security.capability</c>.</param>
/// <param name="value">The value.</param>
public readonly struct TarXattr(ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> value)
{
    /// <summary>The full name, such as <c>user.mime_type</c> or <c>security.capability</c>.</summary>
    public ReadOnlySpan<byte> Name => NameMemory.Span;

    /// <summary>The value; may be empty.</summary>
    public ReadOnlySpan<byte> Value => ValueMemory.Span;

    /// <summary><see cref="Name"/>, to be held across an await. An entry's attributes last until the next entry is read.</summary>
    public ReadOnlyMemory<byte> NameMemory { get; } = name;

    /// <summary><see cref="Value"/>, to be held across an await.</summary>
    public ReadOnlyMemory<byte> ValueMemory { get; } = value;
}
