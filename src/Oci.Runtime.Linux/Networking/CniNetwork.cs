using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Oci.Runtime.Linux.Networking;

/// <summary>A network as its configuration list describes it: plugins that are run one after the other.</summary>
/// <remarks>CNI specification, section 1; versions 0.3.0 to 1.1.0.</remarks>
public sealed class CniNetwork
{
    /// <summary>The most bytes of a configuration: 1 MiB.</summary>
    public const int MaxSize = 1024 * 1024;

    private static readonly string[] Versions = ["0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"];

    private CniNetwork(string name, string version, bool disablesCheck, IReadOnlyList<JsonObject> plugins)
    {
        Name = name;
        Version = version;
        DisablesCheck = disablesCheck;
        Plugins = plugins;
    }

    /// <summary>The network's name.</summary>
    public string Name { get; }

    /// <summary>The version of the specification that it is written for.</summary>
    public string Version { get; }

    /// <summary>Whether <see cref="CniClient.CheckAsync"/> does nothing for it.</summary>
    public bool DisablesCheck { get; }

    /// <summary>The names of its plugins, in the order that they are run when a container is attached.</summary>
    public IReadOnlyList<string> PluginTypes => [.. Plugins.Select(TypeOf)];

    internal IReadOnlyList<JsonObject> Plugins { get; }

    /// <summary>Whether plugins of its version know CHECK, and take the former result on DEL.</summary>
    internal bool KnowsCheck => Version is not ("0.3.0" or "0.3.1");

    /// <summary>Reads a configuration list, or the configuration of one plugin.</summary>
    /// <param name="utf8">The document.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <exception cref="InvalidDataException">It is no such document, or is larger than <see cref="MaxSize"/>.</exception>
    public static CniNetwork Parse(ReadOnlySpan<byte> utf8, string source = "network configuration")
    {
        if (utf8.Length > MaxSize)
        {
            throw new InvalidDataException($"{source} has {utf8.Length} bytes; {MaxSize} are allowed.");
        }
        try
        {
            JsonObject document = JsonNode.Parse(utf8) as JsonObject ?? throw Bad(source, "it is no object");
            string version = document["cniVersion"]?.GetValue<string>() ?? "";
            string name = document["name"]?.GetValue<string>() ?? "";
            if (!Versions.Contains(version))
            {
                throw Bad(source, $"cniVersion is '{version}', and {string.Join(", ", Versions)} are supported");
            }
            if (!CniName.IsName(name))
            {
                throw Bad(source, $"'{name}' is no name of a network: a letter or digit, then letters, digits and _ . -");
            }
            JsonObject[] plugins = document["plugins"] is JsonArray list
                ? [.. list.Select(p => p as JsonObject ?? throw Bad(source, "a plugin is no object"))]
                : [document];
            foreach (JsonObject plugin in plugins)
            {
                if (!CniName.IsPlugin(plugin["type"]?.GetValue<string>()))
                {
                    throw Bad(source, $"a plugin's type is {plugin["type"]?.ToJsonString() ?? "missing"}, and must be the name of a program without a slash");
                }
            }
            return plugins.Length > 0
                ? new CniNetwork(name, version, document["disableCheck"]?.GetValue<bool>() == true, plugins)
                : throw Bad(source, "it has no plugins");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"{source} is no network configuration: {e.Message}", e);
        }
    }

    /// <summary>Reads a file: a <c>.conflist</c>, or a <c>.conf</c> of one plugin.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InvalidDataException">It is no such document.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static async Task<CniNetwork> LoadAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileStream file = File.OpenRead(path);
        await using (file.ConfigureAwait(false))
        {
            var content = new byte[MaxSize + 1];
            int length = await file.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return Parse(content.AsSpan(0, length), path);
        }
    }

    /// <summary>Finds a network in a directory of configurations; its files are read in the order of their names.</summary>
    /// <param name="directory">The directory, such as <c>/etc/cni/net.d</c>.</param>
    /// <param name="name">The network's name; null for the first.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The network; null where there is none.</returns>
    /// <exception cref="InvalidDataException">A file that was read before it is no such document.</exception>
    /// <exception cref="IOException">The directory or a file cannot be read.</exception>
    public static async Task<CniNetwork?> FindAsync(string directory, string? name = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        foreach (string path in Directory.GetFiles(directory).Where(p => Path.GetExtension(p) is ".conflist" or ".conf" or ".json").Order(StringComparer.Ordinal))
        {
            CniNetwork network = await LoadAsync(path, cancellationToken).ConfigureAwait(false);
            if (name is null || network.Name == name)
            {
                return network;
            }
        }
        return null;
    }

    internal static string TypeOf(JsonObject plugin) => plugin["type"]!.GetValue<string>();

    /// <summary>What one plugin is given (CNI specification, section 3, "Deriving execution configuration").</summary>
    internal byte[] ToExecution(JsonObject plugin, CniAttachment attachment, JsonNode? previous)
    {
        var execution = new JsonObject();
        var runtime = new JsonObject();
        foreach ((string key, JsonNode? value) in plugin)
        {
            if (key is "capabilities")
            {
                foreach ((string capability, JsonNode? isWanted) in value as JsonObject ?? [])
                {
                    if (isWanted?.GetValueKind() == JsonValueKind.True && attachment.Capabilities?[capability] is JsonNode given)
                    {
                        runtime[capability] = given.DeepClone();
                    }
                }
            }
            else if (key is not ("plugins" or "disableCheck" or "cniVersions"))
            {
                execution[key] = value?.DeepClone();
            }
        }
        execution["cniVersion"] = Version;
        execution["name"] = Name;
        if (runtime.Count > 0)
        {
            execution["runtimeConfig"] = runtime;
        }
        if (previous is not null)
        {
            execution["prevResult"] = previous.DeepClone();
        }
        return Encoding.UTF8.GetBytes(execution.ToJsonString());
    }

    private static InvalidDataException Bad(string source, string problem) => new($"{source} is no network configuration: {problem}.");
}
