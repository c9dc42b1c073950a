namespace Oci.Runtime.Linux.Networking;

/// <summary>What the specification lets names be: they become parts of paths, and of a plugin's environment.</summary>
internal static class CniName
{
    private const int MaxInterfaceName = 15; // IFNAMSIZ - 1
    private const int MaxLength = 200;

    /// <summary>A container id, or the name of a network: letters and digits, and inside it <c>_ . -</c> too.</summary>
    public static bool IsName(string? text) =>
        text is { Length: > 0 and <= MaxLength } && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');

    /// <summary>A plugin's file name.</summary>
    public static bool IsPlugin(string? text) => text is { Length: > 0 and <= MaxLength } and not ("." or "..") && !text.Contains('/') && !text.Contains('\0');

    public static bool IsInterface(string? text) =>
        text is { Length: > 0 and <= MaxInterfaceName } and not ("." or "..") && text.All(c => c is > ' ' and < '\x7f' and not ('/' or ':'));
}
