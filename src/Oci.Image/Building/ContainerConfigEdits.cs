using System.Text.Json;
using Oci.Image.Configuration;

namespace Oci.Image.Building;

/// <summary>Single changes of a <see cref="ContainerConfig"/>. Each gives a new one, and keeps the order of what is there.</summary>
public static class ContainerConfigEdits
{
    private static readonly JsonElement EmptyObject = JsonDocument.Parse("{}").RootElement;

    /// <summary>Sets a variable of the environment: where it stands if it is set already, else at the end.</summary>
    /// <exception cref="ArgumentException">The name is empty, or has a <c>=</c> or a NUL; or the value has a NUL.</exception>
    public static ContainerConfig WithEnvironment(this ContainerConfig config, string name, string value)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(value);
        CheckVariable(name);
        if (value.Contains('\0'))
        {
            throw new ArgumentException($"The value of the variable '{name}' has a NUL, which no environment can hold.", nameof(value));
        }
        var env = (config.Env ?? []).ToList();
        int at = env.FindIndex(entry => IsVariable(entry, name));
        // What comes later wins in most runtimes, so a second entry of that name would undo the first.
        env.RemoveAll(entry => IsVariable(entry, name));
        env.Insert(at < 0 ? env.Count : at, $"{name}={value}");
        return config with { Env = env };
    }

    /// <summary>Takes a variable out of the environment.</summary>
    /// <exception cref="ArgumentException">The name is empty, or has a <c>=</c> or a NUL.</exception>
    public static ContainerConfig WithoutEnvironment(this ContainerConfig config, string name)
    {
        ArgumentNullException.ThrowIfNull(config);
        CheckVariable(name);
        return config with { Env = NullIfEmpty(config.Env?.Where(entry => !IsVariable(entry, name)).ToList()) };
    }

    /// <summary>Sets a label.</summary>
    public static ContainerConfig WithLabel(this ContainerConfig config, string key, string value)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(value);
        return config with { Labels = Add(config.Labels, key, value) };
    }

    /// <summary>Takes a label out.</summary>
    public static ContainerConfig WithoutLabel(this ContainerConfig config, string key)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config with { Labels = Remove(config.Labels, key) };
    }

    /// <summary>Adds a port that the image listens on.</summary>
    /// <param name="config">The config.</param>
    /// <param name="port"><c>port/tcp</c>, <c>port/udp</c> or <c>port</c>.</param>
    /// <exception cref="ArgumentException">It is no port of 1 to 65535 with one of the two protocols.</exception>
    public static ContainerConfig WithExposedPort(this ContainerConfig config, string port)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(port);
        string number = port.EndsWith("/tcp", StringComparison.Ordinal) || port.EndsWith("/udp", StringComparison.Ordinal) ? port[..^4] : port;
        if (!ushort.TryParse(number, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out ushort value) || value == 0)
        {
            throw new ArgumentException($"'{port}' is no port: it must be a number from 1 to 65535, and /tcp or /udp after it where it is not for TCP.", nameof(port));
        }
        return config with { ExposedPorts = Add(config.ExposedPorts, port, EmptyObject) };
    }

    /// <summary>Takes a port out, as it is written in the config.</summary>
    public static ContainerConfig WithoutExposedPort(this ContainerConfig config, string port)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config with { ExposedPorts = Remove(config.ExposedPorts, port) };
    }

    /// <summary>Adds a path where data is written that is not the image's.</summary>
    public static ContainerConfig WithVolume(this ContainerConfig config, string path)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return config with { Volumes = Add(config.Volumes, path, EmptyObject) };
    }

    /// <summary>Takes a volume out.</summary>
    public static ContainerConfig WithoutVolume(this ContainerConfig config, string path)
    {
        ArgumentNullException.ThrowIfNull(config);
        return config with { Volumes = Remove(config.Volumes, path) };
    }

    private static void CheckVariable(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.AsSpan().ContainsAny('=', '\0'))
        {
            throw new ArgumentException($"'{name}' is no name of a variable: it has a '=' or a NUL.", nameof(name));
        }
    }

    private static bool IsVariable(string entry, string name) =>
        entry.StartsWith(name, StringComparison.Ordinal) && (entry.Length == name.Length || entry[name.Length] == '=');

    // Members that were there keep their places; a new one comes last.
    private static OrderedDictionary<string, T> Add<T>(IReadOnlyDictionary<string, T>? members, string key, T value) =>
        new(members ?? new Dictionary<string, T>(), StringComparer.Ordinal) { [key] = value };

    private static OrderedDictionary<string, T>? Remove<T>(IReadOnlyDictionary<string, T>? members, string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (members is null)
        {
            return null;
        }
        var rest = new OrderedDictionary<string, T>(members, StringComparer.Ordinal);
        rest.Remove(key);
        return rest.Count == 0 ? null : rest;
    }

    private static List<string>? NullIfEmpty(List<string>? list) => list is { Count: 0 } ? null : list;
}
