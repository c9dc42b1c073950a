using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Spec;

namespace OciRun.Output;

/// <summary>The state as runc prints it: that of the runtime-spec, with <c>rootfs</c>, <c>created</c> and <c>owner</c>, member for member.</summary>
internal static class StateJson
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>For <c>state</c>, which leaves the owner empty.</summary>
    public static byte[] ToIndented(ContainerState state, Container container)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Indented))
        {
            Write(json, state, container, owner: "");
        }
        return buffer.ToArray();
    }

    public static void Write(Utf8JsonWriter json, ContainerState state, Container container, string owner)
    {
        json.WriteStartObject();
        json.WriteString("ociVersion", state.OciVersion);
        json.WriteString("id", state.Id);
        json.WriteNumber("pid", state.Pid ?? 0);
        json.WriteString("status", StatusText(state.Status));
        json.WriteString("bundle", state.Bundle);
        json.WriteString("rootfs", container.RootPath);
        json.WriteString("created", CreatedText(container));
        if (state.Annotations is { Count: > 0 } annotations)
        {
            json.WriteStartObject("annotations");
            foreach ((string key, string value) in annotations)
            {
                json.WriteString(key, value);
            }
            json.WriteEndObject();
        }
        json.WriteString("owner", owner);
        json.WriteEndObject();
    }

    public static string StatusText(ContainerStatus status) => status switch
    {
        ContainerStatus.Creating => "creating",
        ContainerStatus.Created => "created",
        ContainerStatus.Running => "running",
        ContainerStatus.Stopped => "stopped",
        _ => "paused",
    };

    /// <summary>RFC 3339 with as many digits of the second as there are, as Go writes it.</summary>
    public static string CreatedText(Container container) =>
        container.Created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
