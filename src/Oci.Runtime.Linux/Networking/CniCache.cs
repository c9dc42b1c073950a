using System.Text;
using System.Text.Json.Nodes;

namespace Oci.Runtime.Linux.Networking;

/// <summary>The results of attachments, kept for CHECK and DEL, which need them (CNI specification, section 3).</summary>
internal sealed class CniCache(string directory)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Keeps a result, whole or not at all.</summary>
    public void Write(CniNetwork network, CniAttachment attachment, JsonNode result)
    {
        string path = PathOf(network, attachment);
        string staged = Path.Combine(directory, $"~{Guid.NewGuid():n}");
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("Network plugins are run on Linux only.");
        }
        Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
        using (var file = new FileStream(staged, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        {
            file.Write(Encoding.UTF8.GetBytes(result.ToJsonString()));
        }
        File.Move(staged, path, overwrite: true);
    }

    /// <summary>The result that was kept; null where there is none.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public JsonNode? Read(CniNetwork network, CniAttachment attachment)
    {
        string path = PathOf(network, attachment);
        if (!File.Exists(path))
        {
            return null;
        }
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(path));
        }
        catch (System.Text.Json.JsonException e)
        {
            throw new InvalidDataException($"{path} is damaged: {e.Message} Remove it, and the attachment is deleted without its result.", e);
        }
    }

    public void Remove(CniNetwork network, CniAttachment attachment)
    {
        if (Directory.Exists(directory))
        {
            File.Delete(PathOf(network, attachment));
        }
    }

    // Names and ids have no colon, so that no two attachments share a file.
    private string PathOf(CniNetwork network, CniAttachment attachment) =>
        Path.Combine(directory, $"{network.Name}:{attachment.ContainerId}:{attachment.InterfaceName}");
}
