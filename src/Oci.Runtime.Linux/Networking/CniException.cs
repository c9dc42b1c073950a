namespace Oci.Runtime.Linux.Networking;

/// <summary>A network plugin failed.</summary>
public sealed class CniException : ContainerException
{
    internal CniException(string message, ContainerFailure failure, string plugin, CniError? error, Exception? innerException = null)
        : base(message, failure, innerException)
    {
        Plugin = plugin;
        Code = error?.Code;
        PluginMessage = error?.Message;
        Details = error?.Details;
    }

    /// <summary>The plugin's type, such as <c>bridge</c>.</summary>
    public string Plugin { get; }

    /// <summary>The plugin's error code: below 100 as the specification has them, such as 11 for "try again later"; null where it gave none.</summary>
    public int? Code { get; }

    /// <summary>What the plugin says; null where it said nothing.</summary>
    public string? PluginMessage { get; }

    /// <summary>More of it; null for none.</summary>
    public string? Details { get; }
}
