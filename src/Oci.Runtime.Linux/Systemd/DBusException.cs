namespace Oci.Runtime.Linux.Systemd;

/// <summary>A D-Bus method answered with an error.</summary>
internal sealed class DBusException(string name, string message) : IOException($"{name}: {message}")
{
    /// <summary>The error's name, such as <c>org.freedesktop.systemd1.NoSuchUnit</c>.</summary>
    public string Name { get; } = name;

    public static DBusException From(DBusMessage message)
    {
        string text = message.Signature?.StartsWith('s') == true ? new DBusReader(message.Body).String() : "";
        return new DBusException(message.ErrorName ?? "error", text);
    }
}
