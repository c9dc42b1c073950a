namespace Oci.Distribution.Configuration;

/// <summary>What a name without a registry may stand for (containers-registries.conf(5), "Short-Name Aliasing").</summary>
public enum ShortNameMode
{
    /// <summary>An alias, else the image of that name in each search registry, in order. The default.</summary>
    Permissive,

    /// <summary>An alias, else the only search registry; several are an error, since nobody can be asked here.</summary>
    Enforcing,

    /// <summary>As <see cref="Permissive"/>, without asking where one could.</summary>
    Disabled,
}
