using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Oci.Distribution.Authentication;

/// <summary>Docker's <c>config.json</c> or podman's <c>auth.json</c> (containers-auth.json(5)). What this package does not know stays as it is.</summary>
internal sealed partial class AuthFile
{
    private const string AuthsName = "auths";
    private const string StoreName = "credsStore";
    private const string HelpersName = "credHelpers";
    private const string AuthName = "auth";
    private const string IdentityTokenName = "identitytoken";

    private readonly string _path;
    private readonly JsonObject _root;

    private AuthFile(string path, JsonObject root)
    {
        _path = path;
        _root = root;
    }

    private JsonObject? Auths => GetObject(_root, AuthsName);

    /// <summary>Whether Docker's rule holds for this file: all credentials are in one helper, and names alone are here.</summary>
    public bool HasStore => GetText(_root, StoreName) is not null;

    /// <summary>Reads a file; <see langword="null"/> where there is none.</summary>
    /// <exception cref="RegistryAuthenticationException">It is too long, not the JSON it must be, or cannot be read.</exception>
    public static async Task<AuthFile?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            await using (file.ConfigureAwait(false))
            {
                if (file.Length > AuthFileCredentialSource.MaxFileSize)
                {
                    throw new RegistryAuthenticationException($"{path} has {file.Length} bytes; {AuthFileCredentialSource.MaxFileSize} is the most that is read.");
                }
                var content = new byte[file.Length];
                int length = await file.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                return Parse(content.AsSpan(0, length), path);
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RegistryAuthenticationException($"{path} cannot be read: {e.Message}", innerException: e);
        }
    }

    /// <summary>A file that holds nothing yet.</summary>
    public static AuthFile CreateEmpty(string path) => new(path, []);

    /// <summary>The credential for a registry, from here or from the helper that is named here.</summary>
    public async Task<RegistryCredential?> GetAsync(string host, string? repository, CancellationToken cancellationToken)
    {
        string? helper = FindOwnHelper(host);
        if (helper is null && FindEntry(host, repository) is (string key, JsonObject entry) && Decode(entry, key) is RegistryCredential credential)
        {
            return credential;
        }
        helper ??= GetText(_root, StoreName);
        return helper is null ? null : await CredentialHelper.GetAsync(helper, ServerUrl(host), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The helper that holds the credential of a registry; <see langword="null"/> where the file does, as it does for parts of registries: helpers know hosts alone.</summary>
    public string? FindHelper(string registry) => registry.Contains('/') ? null : FindOwnHelper(registry) ?? GetText(_root, StoreName);

    /// <summary>What helpers call a registry.</summary>
    public static string ServerUrl(string host) => DockerHub.IsHub(host) ? DockerHub.ConfigKey : host;

    private string? FindOwnHelper(string host) =>
        GetObject(_root, HelpersName) is JsonObject helpers ? GetText(helpers, host) ?? GetText(helpers, ServerUrl(host)) : null;

    private (string Key, JsonObject Entry)? FindEntry(string host, string? repository)
    {
        if (Auths is not JsonObject auths)
        {
            return null;
        }
        foreach (string key in AuthFileKey.ForReading(host, repository))
        {
            if (GetObject(auths, key) is JsonObject entry)
            {
                return (key, entry);
            }
        }
        foreach ((string key, JsonNode? _) in auths)
        {
            if (AuthFileKey.Means(key, host) && GetObject(auths, key) is JsonObject entry)
            {
                return (key, entry);
            }
        }
        return null;
    }

    private RegistryCredential? Decode(JsonObject entry, string key)
    {
        if (GetText(entry, IdentityTokenName) is string identityToken)
        {
            return RegistryCredential.FromIdentityToken(identityToken, _path);
        }
        if (GetText(entry, AuthName) is not string auth)
        {
            // Docker leaves an empty entry where the credentials are in its store.
            return null;
        }
        var bytes = new byte[auth.Length];
        if (!Convert.TryFromBase64String(auth, bytes, out int length) || bytes.AsSpan(0, length).IndexOf((byte)':') is var colon && colon < 0)
        {
            throw new RegistryAuthenticationException($"The entry '{key}' in {_path} is not the Base64 of user:password.", hint: "Log in again, or remove it.");
        }
        string password = Encoding.UTF8.GetString(bytes, colon + 1, length - colon - 1).TrimEnd('\0');
        return RegistryCredential.FromPassword(Encoding.UTF8.GetString(bytes, 0, colon), password, _path);
    }

    private static AuthFile Parse(ReadOnlySpan<byte> content, string path)
    {
        if (content.IsEmpty)
        {
            // What mktemp makes for REGISTRY_AUTH_FILE; Docker reads it so too.
            return CreateEmpty(path);
        }
        try
        {
            JsonNode? root = JsonNode.Parse(content, documentOptions: new JsonDocumentOptions { MaxDepth = 32 });
            var file = new AuthFile(path, root as JsonObject ?? throw NotAnObject(path, "$"));
            // Both find names that stand twice: at the first touch, and not when read.
            _ = (file._root.Count, file.Auths?.Count, GetObject(file._root, HelpersName, path)?.Count);
            return file;
        }
        catch (JsonException e)
        {
            // The exception's own text may quote the file.
            throw new RegistryAuthenticationException($"{path} is not the JSON it must be (line {e.LineNumber + 1}).", hint: "Mend it, or remove it and log in again.");
        }
        catch (ArgumentException)
        {
            throw new RegistryAuthenticationException($"{path} is not the JSON it must be: a name stands in it twice.", hint: "Mend it, or remove it and log in again.");
        }
    }

    private JsonObject? GetObject(JsonObject parent, string name) => GetObject(parent, name, _path);

    private static JsonObject? GetObject(JsonObject parent, string name, string path) => parent[name] switch
    {
        null => null,
        JsonObject value => value,
        _ => throw NotAnObject(path, name),
    };

    private string? GetText(JsonObject parent, string name) => parent[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out string? text) => text.Length == 0 ? null : text,
        _ => throw new RegistryAuthenticationException($"{_path} is not what it must be: '{name}' in it is no text.", hint: "Mend it, or remove it and log in again."),
    };

    private static RegistryAuthenticationException NotAnObject(string path, string name) =>
        new($"{path} is not what it must be: '{name}' in it is no JSON object.", hint: "Mend it, or remove it and log in again.");
}
