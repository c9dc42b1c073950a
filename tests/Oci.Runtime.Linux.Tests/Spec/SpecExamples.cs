using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Spec;

/// <summary>Documents for the tests of this folder.</summary>
internal static class SpecExamples
{
    /// <summary>A small valid spec, for tests to change with <c>with</c>.</summary>
    public static RuntimeSpec Valid { get; } = new()
    {
        OciVersion = "1.3.0",
        Root = new RootSpec { Path = "rootfs" },
        Process = new ProcessSpec { Args = ["true"], Cwd = "/", Env = ["PATH=/bin"] },
        Linux = new LinuxSpec
        {
            Namespaces =
            [
                new LinuxNamespace { Type = LinuxNamespaceTypes.Mount },
                new LinuxNamespace { Type = LinuxNamespaceTypes.Pid },
                new LinuxNamespace { Type = LinuxNamespaceTypes.Uts },
                new LinuxNamespace { Type = LinuxNamespaceTypes.Ipc },
                new LinuxNamespace { Type = LinuxNamespaceTypes.Network },
            ],
        },
    };

    /// <summary>A document with every member that the package has a type for, and an unknown one in every object.</summary>
    public static JsonNode Everything() => Make(SpecJsonContext.Default.RuntimeSpec)!;

    public static RuntimeSpec Parse(string json) => RuntimeSpec.Parse(Encoding.UTF8.GetBytes(json));

    private static JsonNode? Make(JsonTypeInfo type)
    {
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object:
                var result = new JsonObject();
                foreach (JsonPropertyInfo property in type.Properties.Where(p => !p.IsExtensionData))
                {
                    result.Add(property.Name, Make(type, property.PropertyType));
                }
                result.Add("org.example.unknown", new JsonArray(1, "two", new JsonObject { ["three"] = 3.5 }));
                return result;
            case JsonTypeInfoKind.Dictionary:
                return new JsonObject { ["a/b~c"] = Make(type, type.ElementType!), ["second"] = Make(type, type.ElementType!) };
            case JsonTypeInfoKind.Enumerable:
                return new JsonArray(Make(type, type.ElementType!), Make(type, type.ElementType!));
            default:
                return MakeScalar(type.Type);
        }
    }

    private static JsonNode? Make(JsonTypeInfo parent, Type type) =>
        Make(parent.Options.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type));

    private static JsonNode MakeScalar(Type type) => type switch
    {
        _ when type == typeof(string) => "text \u00e9 <+>",
        _ when type == typeof(bool) => false,
        _ when type == typeof(JsonElement) => new JsonObject { ["kept"] = new JsonArray(true, 1e30) },
        _ when type == typeof(ushort) => ushort.MaxValue,
        _ when type == typeof(uint) => uint.MaxValue,
        _ when type == typeof(ulong) => ulong.MaxValue,
        _ when type == typeof(int) => int.MinValue,
        _ when type == typeof(long) => long.MinValue,
        _ => throw new NotSupportedException($"Say how to make a {type}."),
    };
}
