using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Oci.Common;

namespace Oci.Distribution.Authentication;

internal sealed partial class AuthFile
{
    /// <summary>Puts a credential in, in the place of all that was there for this registry.</summary>
    public void Set(string registry, RegistryCredential credential)
    {
        JsonObject entry = TakeEntry(registry);
        // An identity token alone is passed over by peers that decode this first, so a user name stands here in any case.
        string username = credential.IdentityToken is null ? credential.Username : CredentialHelper.TokenUser;
        entry[AuthName] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{credential.Password}"));
        if (credential.IdentityToken is string identityToken)
        {
            entry[IdentityTokenName] = identityToken;
        }
    }

    /// <summary>Notes that a registry's credential is in the file's helper, and in clear text no more.</summary>
    public void SetInHelper(string registry)
    {
        if (HasStore)
        {
            TakeEntry(registry);
        }
        else
        {
            Remove(registry);
        }
    }

    /// <summary>Takes out all that is there for a registry; false where there was nothing.</summary>
    public bool Remove(string registry)
    {
        if (Auths is not JsonObject auths)
        {
            return false;
        }
        string[] keys = [.. auths.Select(a => a.Key).Where(key => AuthFileKey.Means(key, registry))];
        foreach (string key in keys)
        {
            auths.Remove(key);
        }
        return keys.Length > 0;
    }

    /// <summary>What the file holds, helpers aside: the registry, and the user where the file tells.</summary>
    public IEnumerable<(string Key, string? Username)> List()
    {
        foreach (string key in Auths?.Select(a => a.Key) ?? [])
        {
            RegistryCredential? credential = GetObject(Auths!, key) is JsonObject entry ? Decode(entry, key) : null;
            yield return (key, credential?.Username);
        }
    }

    /// <summary>The helpers that are named: that of all registries last.</summary>
    public IEnumerable<(string? Registry, string Helper)> ListHelpers()
    {
        JsonObject? helpers = GetObject(_root, HelpersName);
        foreach (string registry in helpers?.Select(h => h.Key) ?? [])
        {
            if (GetText(helpers!, registry) is string helper)
            {
                yield return (registry, helper);
            }
        }
        if (GetText(_root, StoreName) is string store)
        {
            yield return (null, store);
        }
    }

    /// <summary>Puts the file in the place of the one that is there: a reader sees the old or the new, also after a crash. Only its owner may read it.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        string staged = $"{_path}.{Guid.NewGuid():N}";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }
            FileStream file = new(staged, options);
            await using (file.ConfigureAwait(false))
            {
                await file.WriteAsync(ToUtf8Bytes(), cancellationToken).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }
            File.Move(staged, _path, overwrite: true);
            DirectoryFlush.Flush(Path.GetDirectoryName(_path)!);
        }
        catch
        {
            File.Delete(staged);
            throw;
        }
    }

    // The tab is what docker and podman write.
    private byte[] ToUtf8Bytes()
    {
        using var buffer = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, IndentCharacter = '\t', IndentSize = 1, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var writer = new Utf8JsonWriter(buffer, options))
        {
            _root.WriteTo(writer);
        }
        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    // The entry under the one key that is written, without secrets; members that are not known here stay.
    private JsonObject TakeEntry(string registry)
    {
        string key = AuthFileKey.ForWriting(registry, _path);
        JsonObject? entry = Auths is JsonObject old ? GetObject(old, key) : null;
        Remove(registry);
        entry ??= [];
        entry.Remove(AuthName);
        entry.Remove(IdentityTokenName);
        if (Auths is not JsonObject auths)
        {
            _root[AuthsName] = auths = [];
        }
        auths[key] = entry;
        return entry;
    }
}
