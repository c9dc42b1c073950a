using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Xunit;

namespace Oci.Testing;

/// <summary>The public surface of a package as text, one member a line, so that a change of it is a visible diff.</summary>
public static class PublicSurface
{
    private const string UpdateVariable = "OCI_UPDATE_SURFACE";

    /// <summary>Compares an assembly with the text file that is kept beside the test; with OCI_UPDATE_SURFACE=1 writes the file.</summary>
    public static void Verify(Assembly assembly, string fileName = "PublicSurface.txt", [CallerFilePath] string testFile = "")
    {
        string actual = Describe(assembly);
        string path = Path.Combine(Path.GetDirectoryName(testFile)!, fileName);
        // A deterministic build names its sources /_/...; the file is then found from the assembly upwards.
        if (!Path.Exists(Path.GetDirectoryName(path)))
        {
            path = FindAbove(AppContext.BaseDirectory, Path.GetFileName(Path.GetDirectoryName(testFile)!), fileName);
        }
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(path, actual);
        }
        Assert.True(File.Exists(path), $"{path} is missing: run the test once with {UpdateVariable}=1.");
        string expected = File.ReadAllText(path);
        Assert.True(expected == actual, $"The public surface differs from {path}. If that is meant, run the test with {UpdateVariable}=1 and commit the file.\n{Difference(expected, actual)}");
    }

    private static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            string kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
                : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";
            string bases = string.Join(", ", new[] { type.BaseType }
                .Where(b => b is not null && b != typeof(object) && b != typeof(ValueType) && b != typeof(Enum) && b != typeof(MulticastDelegate))
                .Concat(type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []).Where(i => i.IsPublic).OrderBy(i => i.Name, StringComparer.Ordinal))
                .Select(b => Name(b!)));
            text.Append(kind).Append(' ').Append(Name(type, full: true)).Append(bases.Length > 0 ? $" : {bases}" : "").Append('\n');
            IEnumerable<string> members = type.IsEnum
                ? type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => $"{f.Name} = {f.GetRawConstantValue()}")
                : type.GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                    .Where(m => m is not Type && m.GetCustomAttribute<CompilerGeneratedAttribute>() is null)
                    .Select(Describe).OfType<string>();
            foreach (string member in members.Distinct().Order(StringComparer.Ordinal))
            {
                text.Append("    ").Append(member).Append('\n');
            }
        }
        return text.ToString();
    }

    private static string? Describe(MemberInfo member) => member switch
    {
        FieldInfo f when IsVisible(f.Attributes) => $"{(f.IsLiteral ? "const " : f.IsStatic ? "static " : "")}{Name(f.FieldType)} {f.Name}{(f.IsLiteral ? $" = {f.GetRawConstantValue()}" : "")}",
        PropertyInfo p when new[] { p.GetMethod, p.SetMethod }.Any(IsVisible) =>
            $"{Prefix((p.GetMethod ?? p.SetMethod)!)}{Name(p.PropertyType)} {p.Name} {{ {(IsVisible(p.GetMethod) ? "get; " : "")}{(IsVisible(p.SetMethod) ? IsInit(p.SetMethod!) ? "init; " : "set; " : "")}}}",
        EventInfo e when IsVisible(e.AddMethod) => $"event {Name(e.EventHandlerType!)} {e.Name}",
        ConstructorInfo c when IsVisible(c) => $".ctor({Parameters(c)})",
        MethodInfo m when IsVisible(m) && (!m.IsSpecialName || m.Name.StartsWith("op_", StringComparison.Ordinal)) && m.GetBaseDefinition().DeclaringType != typeof(object) =>
            $"{Prefix(m)}{Name(m.ReturnType)} {m.Name}{(m.IsGenericMethod ? $"<{string.Join(", ", m.GetGenericArguments().Select(a => a.Name))}>" : "")}({Parameters(m)})",
        _ => null,
    };

    private static bool IsVisible(MethodBase? method) => method is not null && (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly);

    private static bool IsVisible(FieldAttributes attributes) =>
        (attributes & FieldAttributes.FieldAccessMask) is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem
        && !attributes.HasFlag(FieldAttributes.SpecialName);

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Prefix(MethodBase method) =>
        (method.IsFamily || method.IsFamilyOrAssembly ? "protected " : "")
        + (method.IsStatic ? "static " : method.IsAbstract && !method.DeclaringType!.IsInterface ? "abstract " : "");

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(p =>
        $"{(p.IsOut ? "out " : p.ParameterType.IsByRef ? "ref " : "")}{Name(p.ParameterType)} {p.Name}{(p.HasDefaultValue ? $" = {p.DefaultValue ?? "default"}" : "")}"));

    private static string Name(Type type, bool full = false)
    {
        if (type.IsByRef || type.IsArray)
        {
            return Name(type.GetElementType()!) + (type.IsArray ? "[]" : "");
        }
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Name(underlying) + "?";
        }
        string name = full ? type.FullName ?? type.Name : type.IsNested ? $"{type.DeclaringType!.Name}.{type.Name}" : type.Name;
        int tick = name.IndexOf('`');
        return tick < 0 ? name : $"{name[..tick]}<{string.Join(", ", type.GetGenericArguments().Select(a => Name(a)))}>";
    }

    private static string Difference(string expected, string actual)
    {
        string[] before = expected.Split('\n');
        string[] after = actual.Split('\n');
        return string.Join('\n', before.Except(after).Select(l => $"- {l}").Concat(after.Except(before).Select(l => $"+ {l}")));
    }

    private static string FindAbove(string start, string folder, string fileName)
    {
        for (DirectoryInfo? d = new(start); d is not null; d = d.Parent)
        {
            if (d.Name == folder)
            {
                return Path.Combine(d.FullName, fileName);
            }
        }
        throw new DirectoryNotFoundException($"{start} is not below a folder {folder}.");
    }
}
